//! What people and scripts see: text or JSON on stdout, what went wrong and hints on stderr.

use std::cell::Cell;
use std::env;
use std::fmt::{self, Display, Write as _};
use std::io::{self, IsTerminal, Write};

use std::time::Duration;

use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::exit::Exit;
use crate::failure::Failure;

/// What a command answers with.
pub(crate) trait Report: Serialize {
    /// The text for people.
    fn text(&self, page: &mut Page);

    /// The next command, if one suggests itself. In JSON it is a member of the report.
    fn hint(&self) -> Option<&str> {
        None
    }
}

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colour {
    /// On a terminal, unless `NO_COLOR` is set
    #[default]
    Auto,
    Always,
    Never,
}

impl Colour {
    fn is_on(self, is_terminal: bool) -> bool {
        let is_unwanted = || env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => is_terminal && !is_unwanted(),
        }
    }
}

/// Where the answers go, and how they look.
#[derive(Debug)]
pub(crate) struct Output {
    json: bool,
    quiet: bool,
    colour: Colour,
    /// Whoever read stdout has gone. The command goes on: its exit code still counts.
    is_closed: Cell<bool>,
}

impl Output {
    pub(crate) fn new(json: bool, quiet: bool, colour: Colour) -> Self {
        Self {
            json,
            quiet,
            colour,
            is_closed: Cell::new(false),
        }
    }

    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// What was asked for.
    pub(crate) fn answer(&self, report: &impl Report) -> Result<(), Failure> {
        if self.json {
            let text = serde_json::to_string_pretty(report);
            let text = text.map_err(|error| Failure::new(Exit::System, error.to_string()))?;
            return self.print(&format!("{text}\n"));
        }
        let mut page = self.page();
        report.text(&mut page);
        self.print(&page.text)?;
        if let (Some(hint), false) = (report.hint(), self.quiet) {
            self.say_hint(hint);
        }
        Ok(())
    }

    /// One of many answers: in JSON a line of its own.
    pub(crate) fn record(&self, report: &impl Report) -> Result<(), Failure> {
        if !self.json {
            return self.answer(report);
        }
        self.print(&self.rendered(report)?)
    }

    /// One of so many answers that they are printed many at once, without its hint.
    pub(crate) fn rendered(&self, report: &impl Report) -> Result<String, Failure> {
        if !self.json {
            let mut page = self.page();
            report.text(&mut page);
            return Ok(page.text);
        }
        let text = serde_json::to_string(report);
        let text = text.map_err(|error| Failure::new(Exit::System, error.to_string()))?;
        Ok(format!("{text}\n"))
    }

    /// Whether whoever read the answers has gone.
    pub(crate) fn is_closed(&self) -> bool {
        self.is_closed.get()
    }

    /// What was done: not said if `--quiet`.
    pub(crate) fn done(&self, report: &impl Report) -> Result<(), Failure> {
        if self.quiet && !self.json {
            return Ok(());
        }
        self.answer(report)
    }

    /// Text as it is. A reader that has gone is not an error.
    pub(crate) fn print(&self, text: &str) -> Result<(), Failure> {
        if self.is_closed.get() {
            return Ok(());
        }
        let mut stdout = io::stdout().lock();
        match stdout
            .write_all(text.as_bytes())
            .and_then(|()| stdout.flush())
        {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.is_closed.set(true);
                Ok(())
            }
            printed => printed.map_err(|error| {
                Failure::new(Exit::System, format!("can't write to stdout: {error}"))
            }),
        }
    }

    /// Why there is no answer.
    pub(crate) fn failure(&self, failure: &Failure) {
        if self.json {
            if let Ok(text) = serde_json::to_string(&failure.report()) {
                say(&text);
            }
            return;
        }
        let (message, hint) = failure.lines();
        let page = self.error_page();
        say(&format!("{} {message}", page.paint(Paint::Bad, "persist:")));
        if let Some(hint) = hint {
            self.say_hint(hint);
        }
    }

    fn say_hint(&self, hint: &str) {
        let page = self.error_page();
        say(&format!("{} {hint}", page.paint(Paint::Strong, "hint:")));
    }

    /// A bar for `count` steps, seen on a terminal only.
    pub(crate) fn progress(&self, count: usize, what: &'static str) -> ProgressBar {
        if self.json || self.quiet || count < 2 || !io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {eta}");
        let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
        ProgressBar::new(count as u64)
            .with_style(style)
            .with_message(what)
    }

    /// For work of which nobody knows how long it takes, seen on a terminal only.
    pub(crate) fn spinner(&self, what: &'static str) -> ProgressBar {
        if self.json || self.quiet || !io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let spinner = ProgressBar::new_spinner().with_message(what);
        spinner.enable_steady_tick(Duration::from_millis(100));
        spinner
    }

    /// For stdout.
    fn page(&self) -> Page {
        Page::new(self.colour.is_on(io::stdout().is_terminal()))
    }

    fn error_page(&self) -> Page {
        Page::new(self.colour.is_on(io::stderr().is_terminal()))
    }
}

/// Whoever read stderr may have gone, and there is nobody left to tell.
fn say(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Text for people, which may be coloured.
#[derive(Debug)]
pub(crate) struct Page {
    text: String,
    colour: bool,
}

/// What a piece of text is, for its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paint {
    Good,
    Warn,
    Bad,
    Strong,
    Faint,
}

impl Page {
    fn new(colour: bool) -> Self {
        Self {
            text: String::new(),
            colour,
        }
    }

    pub(crate) fn line(&mut self, line: impl Display) {
        let _ = writeln!(self.text, "{line}");
    }

    /// Two columns, as `show` and `doctor` have them.
    pub(crate) fn field(&mut self, name: &str, value: impl Display) {
        let name = self.paint(Paint::Faint, &format!("{name:<12}")).to_string();
        self.line(format_args!("  {name} {value}"));
    }

    pub(crate) fn paint<'t>(&self, paint: Paint, text: &'t str) -> Painted<'t> {
        Painted {
            text,
            code: self.colour.then_some(match paint {
                Paint::Good => "32",
                Paint::Warn => "33",
                Paint::Bad => "31",
                Paint::Strong => "1",
                Paint::Faint => "2",
            }),
        }
    }
}

/// A piece of text with its colour.
#[derive(Debug)]
pub(crate) struct Painted<'t> {
    text: &'t str,
    code: Option<&'static str>,
}

impl Display for Painted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            Some(code) => write!(f, "\u{1b}[{code}m{}\u{1b}[0m", self.text),
            None => f.write_str(self.text),
        }
    }
}
