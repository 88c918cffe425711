#![cfg_attr(fuzzing, no_main)]
//! `persist_fuzz::crash_sim::crash_sim_power_loss` as a program.

persist_fuzz::target!(persist_fuzz::crash_sim::crash_sim_power_loss);
