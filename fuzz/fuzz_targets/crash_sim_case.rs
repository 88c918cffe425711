#![cfg_attr(fuzzing, no_main)]
//! `persist_fuzz::crash_sim::crash_sim_case` as a program.

persist_fuzz::target!(persist_fuzz::crash_sim::crash_sim_case);
