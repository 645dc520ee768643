drop table quarantined_events;
drop table evidence_days;
drop table sequence_runs;
drop table envelope_keys;
drop table sequence_keys;
drop table observations;
drop table raw_events;
drop table receipts;
