#![cfg_attr(fuzzing, no_main)]
//! `persist_fuzz::integrity::integrity_seal` as a program.

persist_fuzz::target!(persist_fuzz::integrity::integrity_seal);
