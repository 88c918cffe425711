//! `doctor`: what a place is worth for documents, and how those in it are.

mod mount;
mod probe;
pub(crate) mod second_process;
mod verdict;

use std::path::{Path, PathBuf};

use clap::ValueHint;
use persist::Survey;
use serde::Serialize;

use self::mount::Mount;
use self::probe::Probe;
use self::verdict::{Verdict, Worth};
use crate::check::{Checked, as_text};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Page, Paint, Report};
use crate::session::Session;
use crate::shell::{command, short};

/// Say what a directory's file system really gives, and how the documents in it are
///
/// Tries what a save relies on (rename, links, syncs, locks with a second process) in a scratch folder that
/// is removed again, looks at the mount, and verifies the documents. Exits with 1 if one is damaged,
/// with 6 if a save would not be safe here.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// The directory
    #[arg(default_value = ".", value_hint = ValueHint::DirPath)]
    dir: PathBuf,
}

#[derive(Serialize)]
struct Diagnosis {
    #[serde(serialize_with = "as_text")]
    dir: PathBuf,
    /// `None` where this system does not tell.
    mount: Option<Mount>,
    probes: Vec<Probe>,
    verdict: Verdict,
    documents: Vec<Checked>,
    /// Documents that are mounts of their own.
    mounted: Vec<String>,
    leftovers: Vec<String>,
    quarantined: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

impl Args {
    pub(crate) fn run(&self, session: &Session) -> Result<Exit, Failure> {
        let survey = persist::survey(&self.dir)?;
        let mount = Mount::of(&self.dir);
        let probes = probe::all(&self.dir);
        let bar = session.output.progress(survey.documents.len(), "verifying");
        let mut documents = Vec::new();
        for file in &survey.documents {
            documents.push(Checked::look(session, &short(file.clone()))?);
            bar.inc(1);
        }
        bar.finish_and_clear();
        let verdict = Verdict::of(mount.as_ref(), &probes);
        let exit = match verdict.worth {
            _ if documents
                .iter()
                .any(|document| document.exit() == Exit::Damage) =>
            {
                Exit::Damage
            }
            Worth::Unsafe => Exit::System,
            Worth::Full | Worth::Weaker => Exit::Fine,
        };
        session.output.answer(&Diagnosis {
            hint: self.next(&survey, &documents),
            dir: self.dir.clone(),
            mount,
            probes,
            verdict,
            documents,
            mounted: mounted(&self.dir, &survey),
            leftovers: shown(&survey.leftovers),
            quarantined: shown(&survey.quarantined),
        })?;
        Ok(exit)
    }

    fn next(&self, survey: &Survey, documents: &[Checked]) -> Option<String> {
        let repair = Checked::next_of(documents);
        repair.or_else(|| (!survey.leftovers.is_empty()).then(|| command("sweep", &self.dir)))
    }
}

/// As containers mount single files.
fn mounted(dir: &Path, survey: &Survey) -> Vec<String> {
    let mounts = mount::names_in(dir);
    let is_mount = |path: &&PathBuf| {
        let name = path.file_name();
        name.is_some_and(|name| mounts.iter().any(|mount| mount == name))
    };
    let mounted: Vec<_> = survey.documents.iter().filter(is_mount).cloned().collect();
    shown(&mounted)
}

fn shown(paths: &[PathBuf]) -> Vec<String> {
    let text = |path: &PathBuf| short(path.clone()).display().to_string();
    paths.iter().map(text).collect()
}

impl Report for Diagnosis {
    fn text(&self, page: &mut Page) {
        page.line(self.dir.display());
        match &self.mount {
            Some(mount) => mount.text(page),
            None => page.field("mount", "unknown: this system does not tell"),
        }
        for probe in &self.probes {
            probe.text(page);
        }
        let (paint, word) = match self.verdict.worth {
            Worth::Full => (Paint::Good, "durable"),
            Worth::Weaker => (Paint::Warn, "weaker"),
            Worth::Unsafe => (Paint::Bad, "not safe"),
        };
        page.line(format_args!(
            "{}: {}",
            page.paint(paint, word),
            self.verdict.sentence
        ));
        if !self.documents.is_empty() {
            page.line("");
        }
        for document in &self.documents {
            document.text(page);
            if let Some(next) = document.next() {
                page.line(format_args!("  next: {next}"));
            }
        }
        for path in &self.mounted {
            page.line(format_args!(
                "a mount of its own, saved in place through a journal: {path}"
            ));
        }
        for path in &self.leftovers {
            page.line(format_args!("left over by a killed process: {path}"));
        }
        for path in &self.quarantined {
            page.line(format_args!("damaged, set aside: {path}"));
        }
    }

    fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

/// What an I/O error says, in a few words.
fn said(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error")
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// The directory by its one true path, where there is one.
fn true_path(dir: &Path) -> PathBuf {
    std::fs::canonicalize(dir).unwrap_or_else(|_| dir.to_owned())
}
