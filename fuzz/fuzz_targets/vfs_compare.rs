#![cfg_attr(fuzzing, no_main)]
//! `persist_fuzz::vfs::vfs_compare` as a program.

persist_fuzz::target!(persist_fuzz::vfs::vfs_compare);
