#![cfg_attr(fuzzing, no_main)]
//! `persist_fuzz::salvage::salvage_any` as a program.

persist_fuzz::target!(persist_fuzz::salvage::salvage_any);
