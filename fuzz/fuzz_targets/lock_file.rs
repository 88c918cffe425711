#![cfg_attr(fuzzing, no_main)]
//! `persist_fuzz::lock::lock_file` as a program.

persist_fuzz::target!(persist_fuzz::lock::lock_file);
