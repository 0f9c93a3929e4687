//! What the program says to people: notes and errors on standard error, colours, width.

use std::env;
use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressStyle};
use reemap::Error;
use reemap::error::Notices;
use reemap::figure::legend::grouped;
use reemap::figure::scene::Scene;
use reemap::figure::text;
use reemap::output::printable;

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    Auto,
    Always,
    Never,
}

impl Color {
    fn on(self, is_terminal: bool) -> bool {
        match self {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                is_terminal
                    && env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
                    && env::var_os("TERM").is_none_or(|term| term != "dumb")
            }
        }
    }
}

/// How many skipped rows are shown one by one.
const SHOWN: usize = 5;

/// The user's end of a run.
pub struct Terminal {
    /// What was assumed, mended or left out; shown at the end.
    pub notices: Notices,
    /// How many findings an audit has that --strict doesn't allow.
    pub found: u64,
    color: Color,
    quiet: bool,
}

impl Terminal {
    /// A terminal that nothing has been said to.
    pub fn new(color: Color, quiet: bool) -> Self {
        Terminal { notices: Notices::default(), found: 0, color, quiet }
    }

    /// Whether what goes to standard output is coloured.
    pub fn colors_stdout(&self) -> bool {
        self.color.on(io::stdout().is_terminal())
    }

    /// The columns of the terminal that standard output goes to; none where it goes elsewhere.
    pub fn width(&self) -> Option<usize> {
        if !io::stdout().is_terminal() {
            return None;
        }
        let (width, _) = terminal_size::terminal_size()?;
        Some(usize::from(width.0))
    }

    /// Shows on standard error, where that is a terminal, that work is under way.
    pub fn progress(&self, what: &'static str) -> Progress {
        let bar = if self.quiet || !io::stderr().is_terminal() {
            ProgressBar::hidden()
        } else {
            let bar = ProgressBar::new_spinner().with_message(what);
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        };
        Progress(bar)
    }

    /// The same for a stream of so many bytes, as far as that is known: how far it is, how fast,
    /// and how long it will take.
    pub fn progress_of(&self, bytes: u64) -> Progress {
        let template = match bytes {
            0 => "{spinner} {msg} rows, {elapsed}",
            _ => "{bar:24} {bytes} of {total_bytes}, {msg} rows, {bytes_per_sec}, {eta} left",
        };
        match ProgressStyle::with_template(template) {
            Ok(style) if !self.quiet && io::stderr().is_terminal() => {
                let bar = ProgressBar::new(bytes).with_style(style);
                bar.enable_steady_tick(Duration::from_millis(120));
                Progress(bar)
            }
            _ => Progress(ProgressBar::hidden()),
        }
    }

    /// The same for a file that comes from afar, of so many bytes where that is known, of which the
    /// first are there.
    #[cfg(feature = "fetch")]
    pub fn progress_from(&self, name: &str, at: u64, of: Option<u64>) -> Progress {
        let template = match of {
            None => "{spinner} {msg}: {bytes}, {bytes_per_sec}",
            Some(_) => "{bar:24} {msg}: {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left",
        };
        match ProgressStyle::with_template(template) {
            Ok(style) if !self.quiet && io::stderr().is_terminal() => {
                let bar = of.map_or_else(ProgressBar::no_length, ProgressBar::new);
                let bar = bar.with_style(style).with_message(printable(name).into_owned());
                bar.set_position(at);
                bar.reset_eta();
                bar.enable_steady_tick(Duration::from_millis(120));
                Progress(bar)
            }
            _ => Progress(ProgressBar::hidden()),
        }
    }

    /// Does work whose notices are made again by other work.
    pub fn quietly<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.notices.clone();
        let outcome = work(self);
        self.notices = before;
        outcome
    }

    /// Notes the characters of a picture that the embedded fonts lack.
    pub fn note_missing(&mut self, scene: &Scene) {
        let missing = text::missing(scene.texts().iter().map(|text| text.text.as_str()));
        if !missing.is_empty() {
            let letters: String = missing.into_iter().collect();
            self.notices.note(format!(
                "the embedded fonts lack {letters}: a PNG shows boxes for them, an SVG what the \
                 viewer's own fonts have"
            ));
        }
    }

    /// Notes a picture that is higher than asked for, however little it holds.
    pub fn note_height(&mut self, name: &str, too_high: Option<f64>) {
        if let Some(height) = too_high {
            let what = "it can't be made lower at this width";
            self.notices.note(format!("{name} is {height:.0} mm high: {what}"));
        }
    }

    /// Says what was done, on standard error, unless asked to be quiet.
    pub fn report(&self, text: &str) {
        if !self.quiet {
            self.line(&printable(text));
        }
    }

    /// Prints the notices.
    pub fn print_notices(&self) {
        let (skipped, rows) = (&self.notices.skipped, self.notices.skipped_rows());
        if self.quiet {
            return;
        }
        for note in &self.notices.notes {
            self.say("note", "36", note);
        }
        if self.notices.more_notes() > 0 {
            self.line(&format!("  … and {} more notes", self.notices.more_notes()));
        }
        if rows > 0 {
            self.say("note", "36", &left_out(rows));
            for row in skipped.iter().take(SHOWN) {
                self.line(&format!("  {}", printable(row)));
            }
            if rows > SHOWN as u64 {
                self.line(&format!("  … and {} more", rows - SHOWN as u64));
            }
        }
    }

    /// Prints an error and what can be done.
    pub fn print_error(&self, error: &Error) {
        self.say("error", "1;31", &error.to_string());
        for (number, line) in error.hint().iter().flat_map(|hint| hint.lines()).enumerate() {
            let label = if number == 0 { "hint: " } else { "" };
            self.line(&format!("  {label}{}", printable(line)));
        }
    }

    fn say(&self, label: &str, style: &str, text: &str) {
        let text = text.lines().map(printable).collect::<Vec<_>>().join("\n");
        if self.color.on(io::stderr().is_terminal()) {
            self.line(&format!("\x1b[{style}m{label}\x1b[0m: {text}"));
        } else {
            self.line(&format!("{label}: {text}"));
        }
    }

    /// A line on standard error; where nobody listens there is nothing to do about it.
    fn line(&self, text: &str) {
        let _ = writeln!(io::stderr(), "{text}");
    }
}

/// So many rows of the input were lost, whole or in part.
pub fn left_out(rows: u64) -> String {
    let rows = if rows == 1 { "1 row was".into() } else { format!("{rows} rows were") };
    format!("{rows} left out, or used only in part")
}

/// A progress display, cleared when the work is over.
pub struct Progress(ProgressBar);

impl Progress {
    /// Shows that so many rows in all are read, and so many more bytes.
    pub fn step(&self, rows: u64, bytes: u64) {
        self.0.inc(bytes);
        if !self.0.is_hidden() {
            self.0.set_message(grouped(rows as usize));
        }
    }

    /// Shows that so many bytes in all are there.
    #[cfg(feature = "fetch")]
    pub fn reach(&self, bytes: u64) {
        self.0.set_position(bytes);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
