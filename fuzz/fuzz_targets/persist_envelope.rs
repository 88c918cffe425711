#![cfg_attr(fuzzing, no_main)]
//! `persist_fuzz::persist::persist_envelope` as a program.

persist_fuzz::target!(persist_fuzz::persist::persist_envelope);
