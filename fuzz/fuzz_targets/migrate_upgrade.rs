#![cfg_attr(fuzzing, no_main)]
//! `persist_fuzz::migrate::migrate_upgrade` as a program.

persist_fuzz::target!(persist_fuzz::migrate::migrate_upgrade);
