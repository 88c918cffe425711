//! A log used in any way, with faults, kills and power losses, against a model of what it was told.

use crash_sim::{Device, Fate, Fault, SimFs};
use wal::{Background, Error, ErrorKind, Lsn, Options, Wal};

const DIR: &str = "/state/wal";
/// Operations of one input: what is found by more of them, fewer show as well.
const OPS_MAX: usize = 24;

const FAULTS: [Fault; 8] = [
    Fault::Io,
    Fault::NoSpace,
    Fault::Interrupted,
    Fault::Denied,
    Fault::Short,
    Fault::SyncedButFailed,
    Fault::Kill,
    Fault::KillInside,
];

/// Lengths of records: of one sector, of one page with its mark, of two.
const LENGTHS: [usize; 4] = [6, 493, 4040, 4200];

/// A log, and what may be in it.
struct World {
    fs: SimFs,
    options: Options,
    log: Option<Wal>,
    /// A failure that was told: everything after it must be refused.
    has_failed: bool,
    /// Every record ever, by number, of which this many were acknowledged, and all that may have come since.
    acknowledged: Vec<u16>,
    begun: Vec<Vec<u16>>,
    /// All of it, if nothing was lost.
    records: Vec<u16>,
    /// The log begins with one of these, and not before the acknowledged one.
    starts: Vec<u64>,
    start: u64,
    count: u16,
}

fn payload(number: u16) -> Vec<u8> {
    let text = format!("{number:05} ");
    let mut bytes = text.repeat(1000).into_bytes();
    bytes.truncate(LENGTHS[usize::from(number % 4)]);
    bytes
}

impl World {
    /// Opens the log and reads it: it must be one of those that the model allows. Faults that are waiting may have to be met first.
    fn open(&mut self) {
        for _ in 0..=OPS_MAX {
            self.log = None;
            self.fs = self.fs.process();
            match self.read() {
                Ok(log) => {
                    self.log = Some(log);
                    self.has_failed = false;
                    return;
                }
                Err(error) => {
                    assert_ne!(error.kind(), ErrorKind::Damaged, "{error}");
                    self.fs.kill();
                }
            }
        }
        panic!("no fault is left, and the log does not open");
    }

    fn read(&mut self) -> Result<Wal, Error> {
        let mut replay = self.options.clone().fs(self.fs.shared()).open(DIR)?;
        let start = replay.start().get();
        let mut found = Vec::new();
        while let Some(record) = replay.next()? {
            assert_eq!(record.lsn.get(), start + found.len() as u64);
            let number = String::from_utf8_lossy(&record.payload[..5])
                .parse()
                .expect("a record that was appended");
            assert_eq!(record.payload, payload(number));
            found.push(number);
        }
        let (log, _) = replay.finish()?;
        let below = usize::try_from(start - 1).expect("few records");
        let allowed = [std::slice::from_ref(&self.acknowledged), &self.begun].concat();
        assert!(
            allowed
                .iter()
                .any(|records| records.get(below..) == Some(&found)),
            "from {start} on {found:?}, not one of {allowed:?}"
        );
        assert!(
            start >= self.start && (start == 1 || self.starts.contains(&start)),
            "begins with {start}"
        );
        // What was read is durable now. What was truncated stays as it was.
        self.records.truncate(below);
        self.records.extend(found);
        self.settle();
        Ok(log)
    }

    fn settle(&mut self) {
        self.acknowledged.clone_from(&self.records);
        self.begun.clear();
    }

    fn told(&mut self, done: Result<(), Error>) {
        match done {
            Ok(()) => {
                assert!(!self.has_failed, "a log that has failed goes on");
                self.settle();
            }
            Err(error) if error.kind() == ErrorKind::Failed => self.has_failed = true,
            Err(_) => {}
        }
    }

    fn append(&mut self, lengths: &[u8]) {
        let numbers: Vec<u16> = lengths
            .iter()
            .map(|length| {
                self.count += 1;
                self.count * 4 + u16::from(length % 4)
            })
            .collect();
        let payloads: Vec<Vec<u8>> = numbers.iter().map(|&number| payload(number)).collect();
        let Some(log) = &self.log else { return };
        let before = self.records.len();
        self.records.extend(&numbers);
        self.begun.push(self.records.clone());
        match log.append_batch(&payloads) {
            Ok(lsns) => assert_eq!(lsns.start.get(), before as u64 + 1),
            Err(error) => {
                self.has_failed |= error.kind() == ErrorKind::Failed;
                // In doubt if it was taken; a log that had failed before, or has no room, has not taken it.
                if error.kind() != ErrorKind::Failed {
                    self.records.truncate(before);
                }
            }
        }
    }

    fn sync(&mut self) {
        let done = self.log.as_ref().map(Wal::sync);
        if let Some(done) = done {
            self.told(done);
        }
    }

    fn truncate(&mut self, keep: u8) {
        let Some(log) = &self.log else { return };
        let kept = (self.records.len() as u64).saturating_sub(u64::from(keep)) + 1;
        let to = log
            .stats()
            .durable
            .get()
            .min(kept)
            .max(log.stats().start.get());
        self.starts.push(to);
        if log
            .truncate_before(Lsn::new(to).expect("from 1 on"))
            .is_ok()
        {
            self.start = to;
        }
    }

    fn close(&mut self) {
        if let Some(log) = self.log.take() {
            let done = log.close();
            self.told(done);
        }
    }
}

/// Any use of a log: what is acknowledged is there after whatever happens, what is there was begun, and no state of the disk that a crash
/// leaves is damage.
pub fn wal_ops(data: &[u8]) {
    let Some((&kind, data)) = data.split_first() else {
        return;
    };
    let device = if kind & 1 == 0 {
        Device::default()
    } else {
        Device::default().no_power_safe_overwrite()
    };
    let options = Options::new()
        .segment_size(if kind & 2 == 0 { 0 } else { 6 * 4096 })
        .background(Background::None)
        .seed(1);
    let mut world = World {
        fs: SimFs::new(device),
        options,
        log: None,
        has_failed: false,
        acknowledged: Vec::new(),
        begun: Vec::new(),
        records: Vec::new(),
        starts: Vec::new(),
        start: 1,
        count: 0,
    };
    world.open();
    for op in data.chunks_exact(2).take(OPS_MAX) {
        match op[0] % 10 {
            0 | 1 => world.append(&[op[1]]),
            2 => world.append(&[op[1], op[1] >> 2, op[1] >> 4]),
            3 => world.sync(),
            4 => {
                let done = world.log.as_ref().map(|log| log.rotate().map(drop));
                if let Some(done) = done {
                    world.told(done);
                }
            }
            5 => world.truncate(op[1] % 4),
            6 => {
                world.close();
                world.fs.kill();
                world.open();
            }
            7 => {
                world.fs.kill();
                world.open();
            }
            8 => {
                world.fs.kill();
                world.log = None;
                world.fs = world.fs.power_loss(&Fate::seeded(u64::from(op[1])));
                world.open();
            }
            _ => {
                let fault = FAULTS[usize::from(op[1] % 8)];
                world
                    .fs
                    .inject(world.fs.now() + u64::from(op[1] / 8), fault);
            }
        }
    }
    world.fs.kill();
    world.log = None;
    world.fs = world.fs.power_loss(&Fate::nothing());
    world.open();
}
