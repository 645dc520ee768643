-- The state of the broker. One writer, one process; instants are milliseconds since 1970, UTC.

create table if not exists messages (
    -- Never given twice, also not after the newest message is gone.
    sequence integer primary key autoincrement,
    -- The queue's name, or its name with the dead-letter suffix.
    queue text not null,
    -- 0 ready, 1 locked, 2 scheduled.
    state integer not null,
    -- When the lock ends, or when the message was scheduled to appear.
    due_at integer,
    -- The delivery tag of the lock: 16 ASCII characters.
    tag text,
    delivery_count integer not null default 0,
    enqueued_at integer not null,
    reason text,
    description text
) strict;

create index if not exists messages_ready on messages (queue, sequence) where state = 0;
create index if not exists messages_due on messages (due_at) where due_at is not null;
create unique index if not exists messages_tag on messages (tag) where tag is not null;

-- Apart from the state, because an update rewrites its whole row.
create table if not exists bodies (
    sequence integer primary key,
    encoded blob not null
) strict;

-- Message ids of the queues that detect duplicates, until their window ends.
create table if not exists seen (
    queue text not null,
    message_id text not null,
    sequence integer not null,
    until integer not null,
    primary key (queue, message_id)
) strict, without rowid;

create index if not exists seen_until on seen (until);
