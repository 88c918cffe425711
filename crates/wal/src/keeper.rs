//! The thread that makes records durable when they are as old as the policy allows.

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use crate::core::Core;

/// Starts it. It ends when the log stops or fails.
pub(crate) fn spawn(core: &Arc<Core>, age: Duration) -> std::io::Result<JoinHandle<()>> {
    let core = Arc::clone(core);
    let thread = std::thread::Builder::new().name("wal-keeper".to_owned());
    thread.spawn(move || {
        while !core.is_stopping() {
            // Whatever is appended while it sleeps is younger than what it would find now.
            let due_in = core.due_in(age).unwrap_or(age);
            if due_in.is_zero() {
                if core.sync().is_err() {
                    return;
                }
            } else {
                std::thread::park_timeout(due_in);
            }
        }
    })
}
