#![cfg_attr(fuzzing, no_main)]
//! `persist_fuzz::compress::compress_round_trip` as a program.

persist_fuzz::target!(persist_fuzz::compress::compress_round_trip);
