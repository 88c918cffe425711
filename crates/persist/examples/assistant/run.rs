//! One command, from its words to what it prints.

use std::io::{BufRead, Write};

use persist::{Health, RecoveryPolicy};
use serde_json::Value;

use super::cli::{BackupAction, Command, ConfigAction};
use super::config::Config;
use super::desk::{Desk, act};
use super::error::Error;
use super::kept::{choose, name, when};
use super::shell;
use super::storage::{File, Storage};

/// Where a command reads and writes, and what it is told to say to people.
pub(crate) struct Console<'c> {
    pub(crate) input: &'c mut dyn BufRead,
    /// Whether a person types there.
    pub(crate) is_asked: bool,
    pub(crate) out: &'c mut dyn Write,
    pub(crate) say: fn(&str),
}

/// Does it, and says whether all is well.
pub(crate) fn run(
    command: Command,
    storage: &mut Storage,
    console: &mut Console<'_>,
) -> Result<bool, Error> {
    let out = &mut *console.out;
    match command {
        Command::Contact(action) => {
            let mut desk = Desk::new(storage);
            act(action, &mut desk.contacts, &desk.manner, out)?;
            return save(&mut desk, console.say);
        }
        Command::Note(action) => {
            let mut desk = Desk::new(storage);
            act(action, &mut desk.notes, &desk.manner, out)?;
            return save(&mut desk, console.say);
        }
        Command::Shell => return shell::run(storage, console),
        Command::Config(action) => return config(action, storage, out),
        Command::Backup(action) => backup(action, storage, out)?,
        Command::Recover { file, start_over } => {
            let policy = if start_over {
                RecoveryPolicy::RecoverOrDefault
            } else {
                RecoveryPolicy::Recover
            };
            for file in files(file) {
                match storage.kept(file, policy).recover()? {
                    Some(recovery) => writeln!(out, "{recovery}")?,
                    None => writeln!(out, "{}: nothing to recover", file.name())?,
                }
            }
        }
        Command::Export { dir } => writeln!(out, "{}", storage.folder().export(dir)?)?,
        Command::Import { dir, dry_run } => {
            let folder = storage.folder();
            let import = if dry_run {
                folder.preview_import(dir)?
            } else {
                folder.import(dir)?
            };
            writeln!(out, "{import}")?;
        }
        Command::Undo { file: Some(file) } => {
            storage.kept(file, RecoveryPolicy::Fail).undo_restore()?;
        }
        Command::Undo { file: None } => {
            let undone = storage.folder().undo_import()?;
            for name in undone.restored.iter().chain(&undone.removed) {
                writeln!(out, "{name} is as it was before the import")?;
            }
        }
        Command::Verify => return verify(storage, out),
        Command::Sweep => {
            for path in storage.folder().sweep()? {
                writeln!(out, "{}", path.display())?;
            }
        }
    }
    Ok(true)
}

/// A command's change is saved before the command ends, whatever `auto_save` says: nothing comes after.
fn save(desk: &mut Desk, say: fn(&str)) -> Result<bool, Error> {
    let lost = desk.save()?;
    for line in &lost {
        say(line);
    }
    Ok(lost.is_empty())
}

fn config(action: ConfigAction, storage: &mut Storage, out: &mut dyn Write) -> Result<bool, Error> {
    match action {
        ConfigAction::List => {
            for (key, value) in storage.config.values() {
                writeln!(out, "{key}\t{}", plain(value))?;
            }
        }
        ConfigAction::Get { key, default } => {
            let value = storage.config.values().get(&key).map(plain);
            match value.or(default) {
                Some(value) => writeln!(out, "{value}")?,
                None => return Ok(false),
            }
        }
        ConfigAction::Set { key, value, any } => {
            if !any && !Config::is_option(&key) {
                let reason = format!("`{key}` is no option; --any sets it all the same");
                return Err(Error::Usage(reason));
            }
            let value = Config::parse(&key, &value)
                .map_err(|reason| Error::Usage(format!("{key}: `{value}` is {reason}")))?;
            storage.set(&key, value)?;
        }
    }
    Ok(true)
}

/// A text without quotes, all else as JSON.
fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn backup(action: BackupAction, storage: &Storage, out: &mut dyn Write) -> Result<(), Error> {
    match action {
        BackupAction::Create { file } => {
            for one in files(file) {
                let kept = storage.kept(one, RecoveryPolicy::Fail);
                // A file that has never been saved is only asked for by name.
                if file.is_some() || !matches!(kept.verify()?.document, Health::Missing) {
                    writeln!(out, "{}", name(&kept.back_up()?))?;
                }
            }
        }
        BackupAction::List { file } => {
            for file in files(file) {
                for backup in storage.kept(file, RecoveryPolicy::Fail).backups()? {
                    let time = when(&backup).unwrap_or_default();
                    let time = storage.config.shown.of(&time);
                    writeln!(out, "{}\t{time}\t{}", name(&backup), backup.size())?;
                }
            }
        }
        BackupAction::DeleteOld { file, keep } => {
            let count = keep.unwrap_or(storage.config.backup_count);
            let storage = storage.with_copies(count);
            for file in files(file) {
                for removed in storage.kept(file, RecoveryPolicy::Fail).prune()? {
                    writeln!(out, "{}", name(&removed))?;
                }
            }
        }
        BackupAction::Restore { file, at } => {
            let kept = storage.kept(file, RecoveryPolicy::Fail);
            let backup = choose(&*kept, at.as_deref())?;
            kept.restore(&backup)?;
            writeln!(out, "{} is {} again", file.name(), name(&backup))?;
        }
    }
    Ok(())
}

fn verify(storage: &Storage, out: &mut dyn Write) -> Result<bool, Error> {
    let mut is_good = true;
    for file in File::ALL {
        let found = storage.kept(file, RecoveryPolicy::Fail).verify()?;
        is_good &= found.is_good();
        writeln!(out, "{}: {}", file.name(), state(&found.document))?;
        for (backup, health) in &found.backups {
            writeln!(out, "{}: {}", name(backup), state(health))?;
        }
    }
    Ok(is_good)
}

fn state(health: &Health) -> String {
    match health {
        Health::Missing => "not there".to_owned(),
        Health::Good { .. } => "good".to_owned(),
        Health::Damaged(damage) => format!("damaged: {damage}"),
        Health::Refused(reason) => format!("refused: {reason}"),
        _ => "unknown".to_owned(),
    }
}

/// The one that was named, or all.
fn files(named: Option<File>) -> Vec<File> {
    named.map_or_else(|| File::ALL.to_vec(), |file| vec![file])
}
