//! `update`: changes many places of a document at once.

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::ValueHint;
use persist::Json;

use super::change::Target;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::patch;
use crate::session::Session;

/// A patch that is larger than this is no patch.
const PATCH_SIZE_MAX: u64 = 64 << 20;

/// Change many places of a document at once, all of them or none
///
/// With a merge patch (RFC 7396: members replace, null removes) or a patch (RFC 6902: add, remove, replace,
/// move, copy, test), under the lock. `test` fails with exit code 5, and nothing is saved.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    #[command(flatten)]
    target: Target,

    #[command(flatten)]
    how: How,
}

#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct How {
    /// A file with a merge patch; `-` is stdin
    #[arg(long, value_name = "PATCH", value_hint = ValueHint::FilePath)]
    merge: Option<PathBuf>,

    /// A file with a patch; `-` is stdin
    #[arg(long, value_name = "PATCH", value_hint = ValueHint::FilePath)]
    patch: Option<PathBuf>,
}

/// What a patch does to a value.
type Apply = fn(&mut Json, &Json) -> Result<(), Failure>;

impl Args {
    pub(crate) fn run(&self, session: &Session) -> Result<Exit, Failure> {
        let (path, apply): (_, Apply) = match &self.how {
            How {
                merge: Some(path), ..
            } => (path, patch::merge),
            How {
                patch: Some(path), ..
            } => (path, patch::patch),
            How {
                merge: None,
                patch: None,
            } => return Err(Failure::usage("there is no patch")),
        };
        let changes = Json::parse(read(path)?)
            .map_err(|error| Failure::usage(format!("the patch is {error}")).at(path))?;
        self.target
            .change(session, |document| apply(document, &changes))
    }
}

fn read(path: &Path) -> Result<String, Failure> {
    let mut text = String::new();
    let read = if path == Path::new("-") {
        std::io::stdin()
            .lock()
            .take(PATCH_SIZE_MAX)
            .read_to_string(&mut text)
    } else {
        std::fs::File::open(path)
            .and_then(|file| file.take(PATCH_SIZE_MAX).read_to_string(&mut text))
    };
    read.map_err(|error| Failure::io("read the patch", path, &error))?;
    Ok(text)
}
