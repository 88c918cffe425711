//! Many changes in one sitting, which save themselves (`auto_save`), or when they are told to.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use clap::Parser;

use super::autosave::{AutoSave, Clock};
use super::cli::Action;
use super::contact::ContactFields;
use super::desk::{Desk, act};
use super::error::Error;
use super::note::NoteFields;
use super::run::Console;
use super::storage::Storage;

/// What can be said in a sitting.
#[derive(Debug, Parser)]
#[command(name = "", multicall = true, disable_help_flag = true)]
enum Line {
    /// People
    #[command(subcommand)]
    Contact(Action<ContactFields>),
    /// Texts
    #[command(subcommand)]
    Note(Action<NoteFields>),
    /// Save what is not saved yet
    Save,
    /// How many changes are not saved yet
    Status,
    /// End. Without `auto_save`, what is not saved is lost only if it is said
    Quit {
        #[arg(long)]
        discard: bool,
    },
}

/// Reads lines until the end of the input or `quit`.
pub(crate) fn run(storage: &Storage, console: &mut Console<'_>) -> Result<bool, Error> {
    let start = Instant::now();
    sit(storage, console, Arc::new(move || start.elapsed()))
}

/// The same, with a clock.
pub(crate) fn sit(
    storage: &Storage,
    console: &mut Console<'_>,
    clock: Clock,
) -> Result<bool, Error> {
    let desk = Arc::new(Mutex::new(Desk::new(storage)));
    let saver = storage.config.auto_save.then(|| {
        let (desk, say) = (Arc::clone(&desk), console.say);
        let save = move || {
            lock(&desk)
                .save()
                .map(|lost| lost.iter().for_each(|line| say(line)))
        };
        let tell = move |error: &Error| say(&format!("not saved, will be tried again: {error}"));
        AutoSave::start(
            storage.config.auto_save_interval,
            clock,
            Box::new(save),
            tell,
        )
    });
    let sitting = Sitting { desk, saver };
    let ended = sitting.read(console);
    sitting.end()?;
    ended.map(|()| true)
}

struct Sitting {
    desk: Arc<Mutex<Desk>>,
    saver: Option<AutoSave>,
}

impl Sitting {
    fn read(&self, console: &mut Console<'_>) -> Result<(), Error> {
        let mut line = String::new();
        loop {
            if console.is_asked {
                write!(console.out, "> ")?;
                console.out.flush()?;
            }
            line.clear();
            if console.input.read_line(&mut line)? == 0 {
                return Ok(());
            }
            match self.answer(&line, console) {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(error @ Error::Output(_)) => return Err(error),
                Err(error) => (console.say)(&error.to_string()),
            }
        }
    }

    /// Does what a line says; `false` if that is to end.
    fn answer(&self, line: &str, console: &mut Console<'_>) -> Result<bool, Error> {
        let words = words(line)?;
        if words.is_empty() {
            return Ok(true);
        }
        let line = Line::try_parse_from(words).map_err(|error| Error::Usage(error.to_string()))?;
        let mut desk = lock(&self.desk);
        let Desk {
            contacts,
            notes,
            manner,
        } = &mut *desk;
        match line {
            Line::Contact(action) => act(action, contacts, manner, console.out)?,
            Line::Note(action) => act(action, notes, manner, console.out)?,
            Line::Save => desk.save()?.iter().for_each(|lost| (console.say)(lost)),
            Line::Status => writeln!(console.out, "changes not saved: {}", desk.unsaved())?,
            Line::Quit { discard } => {
                if discard {
                    desk.discard();
                }
                let unsaved = desk.unsaved();
                if self.saver.is_some() || unsaved == 0 {
                    return Ok(false);
                }
                let reason = "`save` them, or `quit --discard`".to_owned();
                return Err(Error::Unsaved { unsaved, reason });
            }
        }
        let is_changed = desk.unsaved() > 0;
        drop(desk);
        if let Some(saver) = self.saver.as_ref().filter(|_| is_changed) {
            saver.changed();
            // An interval of nothing means: before the next line.
            saver.settle();
        }
        Ok(true)
    }

    /// The last save, where saves come by themselves.
    fn end(self) -> Result<(), Error> {
        let saved = self.saver.map_or(Ok(()), AutoSave::finish);
        let unsaved = lock(&self.desk).unsaved();
        match saved {
            _ if unsaved == 0 => saved,
            Ok(()) => Err(Error::Unsaved {
                unsaved,
                reason: "`auto_save` is off, and the input ended without `save`".to_owned(),
            }),
            Err(reason) => Err(Error::Unsaved {
                unsaved,
                reason: reason.to_string(),
            }),
        }
    }
}

/// A panic while it was held has left at most a change that was not made.
fn lock(desk: &Mutex<Desk>) -> MutexGuard<'_, Desk> {
    desk.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Words between spaces; what stands between quotes is one.
pub(crate) fn words(line: &str) -> Result<Vec<String>, Error> {
    let mut words = Vec::new();
    let (mut word, mut quote) = (None::<String>, None);
    for letter in line.chars() {
        match quote {
            Some(end) if end == letter => quote = None,
            None if matches!(letter, '"' | '\'') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            None if letter.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    match quote {
        Some(quote) => Err(Error::Usage(format!("there is no second {quote}"))),
        None => Ok(words),
    }
}
