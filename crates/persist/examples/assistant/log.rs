//! `storage.log`: what `persist` tells of its work, in the lines that the Python program writes,
//! `time - name - level - message`. This is a program, so it may say where events go; a library may not.

use std::fmt;
use std::io::Write;
use std::sync::Mutex;
use std::time::SystemTime;

use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::format::{DefaultFields, Writer};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, MakeWriter};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

/// The target of what is done about damage.
const RECOVERY: &str = "persist::recovery";

/// Sends everything to `file`, and to people what is done about damage; everything if they ask for it.
pub(crate) fn subscriber<F, P>(
    file: F,
    people: P,
    verbose: bool,
    clock: fn() -> SystemTime,
) -> impl Subscriber + Send + Sync
where
    F: Write + Send + 'static,
    P: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let operations = if verbose {
        LevelFilter::INFO
    } else {
        LevelFilter::OFF
    };
    let shown = Targets::new()
        .with_target("persist", operations)
        .with_target(RECOVERY, LevelFilter::INFO);
    let to_file = lines(clock).with_writer(Mutex::new(file));
    let to_people = lines(clock).with_writer(people).with_filter(shown);
    tracing_subscriber::registry().with(to_file).with(to_people)
}

fn lines<S>(clock: fn() -> SystemTime) -> Lines<S>
where
    S: Subscriber + for<'l> LookupSpan<'l>,
{
    let lines = tracing_subscriber::fmt::layer().with_ansi(false);
    lines.event_format(Line { clock })
}

type Lines<S> = tracing_subscriber::fmt::Layer<S, DefaultFields, Line>;

/// One line for each event.
struct Line {
    clock: fn() -> SystemTime,
}

impl<S, N> FormatEvent<S, N> for Line
where
    S: Subscriber + for<'l> LookupSpan<'l>,
    N: for<'w> FormatFields<'w> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let time = humantime::format_rfc3339_millis((self.clock)()).to_string();
        let time = time.replace('T', " ").replace('.', ",").replace('Z', "");
        let name = match event.metadata().target() {
            RECOVERY => "StorageRecovery",
            _ => "FileStorage",
        };
        let level = match *event.metadata().level() {
            Level::ERROR => "ERROR",
            Level::WARN => "WARNING",
            _ => "INFO",
        };
        write!(writer, "{time} - {name} - {level} - ")?;
        context.format_fields(writer.by_ref(), event)?;
        writeln!(writer)
    }
}
