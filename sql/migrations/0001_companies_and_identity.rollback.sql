drop table audit_heads;
drop table audit_entries;
drop function refuse_audit_change();
drop table api_keys;
drop table staff;
drop table users;
drop table policies;
drop table companies;
