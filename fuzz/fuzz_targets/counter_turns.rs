#![cfg_attr(fuzzing, no_main)]
//! `persist_fuzz::counter::counter_turns` as a program.

persist_fuzz::target!(persist_fuzz::counter::counter_turns);
