//! The name of one crash: enough to bring it about again.

use std::fmt;
use std::str::FromStr;

use crate::fate::Exact;
use crate::fault::Fault;

/// One crash of an exploration, as a failure prints it and [`Explore::replay`](crate::Explore::replay) reads it: which run, and then for
/// each crash after how many calls it came and what it left.
///
/// `plain/17:zeros,A,D` is the run without faults, crashed after 17 calls, of whose two pending operations the first
/// survived; `kill@9` and `eio@12` are runs with a fault at that call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    pub(crate) run: Run,
    pub(crate) crashes: Vec<(u64, Exact)>,
}

/// How the scenario is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    /// The fault that one of its calls meets.
    pub(crate) fault: Option<(u64, Fault)>,
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.fault {
            None => f.write_str("plain"),
            Some((index, fault)) => write!(f, "{fault}@{index}"),
        }
    }
}

impl FromStr for Run {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "plain" {
            return Ok(Self { fault: None });
        }
        let (fault, index) = text
            .split_once('@')
            .ok_or_else(|| format!("{text:?} is not a run"))?;
        let index = index
            .parse()
            .map_err(|_| format!("{index:?} is not the number of a call"))?;
        Ok(Self {
            fault: Some((index, fault.parse()?)),
        })
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.run.fmt(f)?;
        for (point, exact) in &self.crashes {
            write!(f, "/{point}:{exact}")?;
        }
        Ok(())
    }
}

impl FromStr for Case {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = text.trim().split('/');
        let run = parts.next().unwrap_or_default().parse()?;
        let crash = |part: &str| {
            let (point, exact) = part
                .split_once(':')
                .ok_or_else(|| format!("{part:?} is not a crash"))?;
            let point = point
                .parse()
                .map_err(|_| format!("{point:?} is not a number of calls"))?;
            Ok::<_, String>((point, exact.parse()?))
        };
        Ok(Self {
            run,
            crashes: parts.map(crash).collect::<Result<_, _>>()?,
        })
    }
}
