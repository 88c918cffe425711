//! The protocols that must be explored, as a table.

/// A protocol, the crate whose tests explore it, and the modules that they stand in.
pub(super) struct Protocol {
    pub(super) name: &'static str,
    pub(super) package: &'static str,
    pub(super) modules: &'static str,
}

/// What must be explored. A crash test that belongs to none of these fails the run: nothing is left out unseen.
pub(super) const PROTOCOLS: &[Protocol] = &[
    Protocol {
        name: "replace",
        package: "atomic-io",
        modules: "crash::replace",
    },
    Protocol {
        name: "streaming write",
        package: "atomic-io",
        modules: "crash::stream",
    },
    Protocol {
        name: "write in place",
        package: "atomic-io",
        modules: "crash::in_place",
    },
    Protocol {
        name: "lock and token",
        package: "lock",
        modules: "crash",
    },
    Protocol {
        name: "log append",
        package: "wal",
        modules: "crash::append",
    },
    Protocol {
        name: "log rotate",
        package: "wal",
        modules: "crash::rotate",
    },
    Protocol {
        name: "log truncate",
        package: "wal",
        modules: "crash::truncate",
    },
    Protocol {
        name: "log recover",
        package: "wal",
        modules: "crash::recover",
    },
    Protocol {
        name: "log repair",
        package: "wal",
        modules: "crash::repair",
    },
    Protocol {
        name: "log full disk",
        package: "wal",
        modules: "crash::full",
    },
    Protocol {
        name: "log sequences",
        package: "wal",
        modules: "crash::sequences",
    },
    Protocol {
        name: "document save",
        package: "persist",
        modules: "crash::save",
    },
    Protocol {
        name: "document update",
        package: "persist",
        modules: "crash::update",
    },
    Protocol {
        name: "document backup",
        package: "persist",
        modules: "crash::backup",
    },
    Protocol {
        name: "document restore",
        package: "persist",
        modules: "crash::restore",
    },
    Protocol {
        name: "document migrate",
        package: "persist",
        modules: "crash::migrate",
    },
    Protocol {
        name: "counter",
        package: "persist",
        modules: "crash::counter",
    },
    Protocol {
        name: "document recover",
        package: "persist",
        modules: "crash::recover",
    },
    Protocol {
        name: "folder export",
        package: "persist",
        modules: "crash::folder::export",
    },
    Protocol {
        name: "folder import",
        package: "persist",
        modules: "crash::folder::import",
    },
];

impl Protocol {
    /// So many times as many states are wished for of it. A log's are the most.
    pub(super) fn weight(&self) -> u64 {
        if self.package == "wal" { 15 } else { 1 }
    }
}
