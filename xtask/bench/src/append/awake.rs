//! Processors that don't idle.
//!
//! A log of one thread waits for the device most of the time, and what an idle processor takes to wake up is more than all that a log does
//! itself. How long that is hangs on what the kernel has to do besides: with a file renamed every 256 appends, which makes the
//! kernel keep its timer ticking, the bare calls are faster by a tenth.

use std::io;
use std::process::{Child, Command, Stdio};

use crate::scenario::Result;

/// It ends with whoever has started it.
const BUSY: &str = "while kill -0 $PPID 2>/dev/null; do :; done";

/// One busy process for each processor, which gives way to everybody, until it is dropped.
#[derive(Debug)]
pub struct Awake(Vec<Child>);

impl Awake {
    /// `None` where there is no `chrt`.
    pub fn keep() -> Result<Option<Self>> {
        let mut awake = Self(Vec::new());
        for _ in 0..std::thread::available_parallelism()?.get() {
            let busy = Command::new("chrt")
                .args(["--idle", "0", "sh", "-c", BUSY])
                .stdin(Stdio::null())
                .spawn();
            match busy {
                Ok(child) => awake.0.push(child),
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(Some(awake))
    }

    /// Fails if one of them has ended: then what was measured is not what it says.
    pub fn end(mut self) -> Result<()> {
        for child in &mut self.0 {
            if child.try_wait()?.is_some() {
                return Err(
                    "`chrt --idle 0 sh` has ended: the processors were not kept awake".into(),
                );
            }
        }
        Ok(())
    }
}

impl Drop for Awake {
    fn drop(&mut self) {
        for child in &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
