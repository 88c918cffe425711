#![cfg_attr(fuzzing, no_main)]
//! `persist_fuzz::wal_ops::wal_ops` as a program.

persist_fuzz::target!(persist_fuzz::wal_ops::wal_ops);
