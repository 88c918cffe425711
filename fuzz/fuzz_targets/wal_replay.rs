#![cfg_attr(fuzzing, no_main)]
//! `persist_fuzz::wal::wal_replay` as a program.

persist_fuzz::target!(persist_fuzz::wal::wal_replay);
