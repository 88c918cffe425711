#![cfg_attr(fuzzing, no_main)]
//! `persist_fuzz::atomic_io::atomic_io_sweep` as a program.

persist_fuzz::target!(persist_fuzz::atomic_io::atomic_io_sweep);
