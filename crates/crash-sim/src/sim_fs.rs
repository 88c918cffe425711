//! One process on a simulated machine: its life, its disk's end, and its way to call.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use vfs::Fs;

use crate::device::Device;
use crate::disk::Disk;
use crate::errno;
use crate::fate::Fate;
use crate::fault::Fault;
use crate::fingerprint::Fingerprint;
use crate::machine::{Machine, ProcessId};
use crate::rot::Rot;
use crate::survive::CrashPoint;
use crate::trace::{Subject, Trace};
use crate::walk::walk;

mod meddlers;
mod names;

use meddlers::Meddlers;
pub(crate) use names::metadata;

/// One process on a simulated machine.
///
/// Clones are the same process. [`process`](SimFs::process) starts another one on the same machine, with locks
/// and handles of its own; [`power_loss`](SimFs::power_loss) gives the machine that boots from what is left.
#[derive(Clone, Debug)]
pub struct SimFs {
    machine: Arc<Mutex<Machine>>,
    meddlers: Arc<Meddlers>,
    process: ProcessId,
}

impl SimFs {
    /// A machine with an empty disk.
    pub fn new(device: Device) -> Self {
        Self::boot(Machine::boot(device, Disk::new()))
    }

    pub(crate) fn boot(machine: Machine) -> Self {
        Self {
            machine: Arc::new(Mutex::new(machine)),
            meddlers: Arc::default(),
            process: 0,
        }
    }

    /// A test that panics in one thread must not hide its message behind this lock's poison.
    pub(crate) fn machine(&self) -> MutexGuard<'_, Machine> {
        self.machine.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The handle in the shape that options take.
    pub fn shared(&self) -> Arc<dyn Fs> {
        Arc::new(self.clone())
    }

    /// Another process on the same machine.
    pub fn process(&self) -> Self {
        let process = self.machine().start_process();
        Self {
            machine: Arc::clone(&self.machine),
            meddlers: Arc::clone(&self.meddlers),
            process,
        }
    }

    /// This process dies, as by `SIGKILL`: its locks are free, everything it wrote stays in the cache, and
    /// every later call of it fails without effect.
    pub fn kill(&self) {
        let process = self.process;
        self.machine().kill_process(process);
    }

    /// How many calls have been completed on this machine since it was switched on.
    pub fn now(&self) -> u64 {
        self.machine().now()
    }

    /// The call with this index (see [`now`](SimFs::now)) meets this fault, whichever process makes it.
    pub fn inject(&self, index: u64, fault: Fault) {
        self.machine().inject(index, fault);
    }

    /// Right before the call with this index, whichever process makes it, another process does this. Its calls
    /// have indices as well.
    ///
    /// ```
    /// use std::path::Path;
    /// use crash_sim::{Device, SimFs};
    /// use vfs::{Fs, OpenOptions};
    ///
    /// let fs = SimFs::new(Device::default());
    /// fs.meanwhile(fs.now(), |other| drop(other.open(Path::new("/f"), &OpenOptions::create_new())));
    /// assert_eq!(fs.read_dir(Path::new("/")).unwrap(), ["f"]);
    /// ```
    pub fn meanwhile(&self, index: u64, act: impl FnOnce(&Self) + Send + 'static) {
        self.meddlers.add(index, Box::new(act));
    }

    /// Everything done so far is durable from here on. An exploration has no crash points before it.
    pub fn settle(&self) {
        self.machine().settle();
    }

    /// The power fails now; this is the machine that boots from what is left.
    /// The one it is called on goes on as if nothing had happened.
    ///
    /// # Panics
    ///
    /// If the fate is an exact one that was printed for another number of pending operations.
    pub fn power_loss(&self, fate: &Fate) -> Self {
        let machine = self.machine();
        let mut crash = CrashPoint::new(&machine, machine.now());
        let exact = crash
            .exact(fate)
            .expect("a fate that fits the pending operations");
        Self::boot(Machine::boot(
            machine.device.clone(),
            crash.survivor(&exact).clone(),
        ))
    }

    /// An independent copy of the machine as it is, cache, processes, locks and all, but what
    /// [others do](SimFs::meanwhile): to try something that the original shall know nothing of.
    pub fn fork(&self) -> Self {
        let machine = self.machine().clone();
        Self {
            machine: Arc::new(Mutex::new(machine)),
            meddlers: Arc::default(),
            process: self.process,
        }
    }

    /// Equal for two machines with the same device that no process which starts now can tell apart by names, contents,
    /// attributes and room, before or after a power loss: what was tried on one of them need not be tried on the other. They may
    /// differ in inode numbers, in the clock, and in the stale bytes that a crash fills gaps with. `None` while somebody
    /// holds a lock, or a fault or [another process](SimFs::meanwhile) waits for its call.
    pub fn fingerprint(&self) -> Option<u64> {
        let machine = self.machine();
        if machine.is_awaiting() || !self.meddlers.is_empty() {
            return None;
        }
        let mut crash = CrashPoint::new(&machine, machine.now());
        let mut state = Fingerprint::new();
        state.number(machine.live.fingerprint());
        if !crash.is_settled() {
            state.number(crash.fingerprint());
        }
        Some(state.finish())
    }

    /// Everything that was called since the machine was switched on.
    pub fn trace(&self) -> Trace {
        Trace::of(&self.machine())
    }

    /// Damages the file at `path` on the disk and in the cache, as bit rot or a misdirected write would. Its content as
    /// it is then is durable, and an exploration has no crash points before it.
    pub fn rot(&self, path: &Path, rot: Rot) -> io::Result<()> {
        let mut machine = self.machine();
        let inode = walk(&machine.live, path, true)?.existing()?;
        if machine.live.names(inode).is_some() {
            return Err(errno::is_a_directory());
        }
        rot.apply(machine.live.content_mut(inode));
        machine.engrave(inode);
        Ok(())
    }

    pub(crate) fn call<T>(
        &self,
        name: &'static str,
        subject: Subject,
        body: impl FnOnce(&mut Machine, Option<Fault>) -> io::Result<T>,
    ) -> io::Result<T> {
        let now = self.now();
        if let Some(act) = self.meddlers.take(now) {
            act(&self.process());
        }
        self.machine().call(self.process, name, subject, body)
    }

    fn on_path<T>(
        &self,
        name: &'static str,
        path: &Path,
        body: impl FnOnce(&mut Machine) -> io::Result<T>,
    ) -> io::Result<T> {
        self.call(name, Subject::Path(path.to_owned()), |machine, _| {
            body(machine)
        })
    }

    fn on_paths(
        &self,
        name: &'static str,
        from: &Path,
        to: &Path,
        body: impl FnOnce(&mut Machine) -> io::Result<()>,
    ) -> io::Result<()> {
        self.call(
            name,
            Subject::Paths(from.to_owned(), to.to_owned()),
            |machine, _| body(machine),
        )
    }

    pub(crate) fn process_id(&self) -> ProcessId {
        self.process
    }
}
