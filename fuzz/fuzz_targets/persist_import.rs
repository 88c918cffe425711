#![cfg_attr(fuzzing, no_main)]
//! `persist_fuzz::folder::persist_import` as a program.

persist_fuzz::target!(persist_fuzz::folder::persist_import);
