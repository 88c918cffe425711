//! Other crates: logs, and stores whose commit is durable. Each syncs as its documentation says that a durable commit must.

mod fjall;
mod lmdb;
mod okaywal;
mod raft_engine;
mod redb;
mod sqlite;

use super::{Contender, Reading};

pub fn contenders() -> Vec<Contender> {
    vec![
        raft_engine::contender(),
        okaywal::contender(),
        okaywal::contender_with_large_files(),
        fjall::contender(),
        redb::contender(),
        sqlite::contender(),
        lmdb::contender(),
    ]
}

pub fn readings() -> Vec<Reading> {
    vec![
        raft_engine::reading(),
        okaywal::reading(),
        fjall::reading(),
        redb::reading(),
        sqlite::reading(),
        lmdb::reading(),
    ]
}
