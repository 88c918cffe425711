#![cfg_attr(fuzzing, no_main)]
//! `persist_fuzz::json::persist_json` as a program.

persist_fuzz::target!(persist_fuzz::json::persist_json);
