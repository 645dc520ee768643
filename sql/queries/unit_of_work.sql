-- name: set_company
-- For this transaction only: a session setting would be read by the next client of the pooled connection.
select set_config('app.company_id', %(company_id)s, true);
