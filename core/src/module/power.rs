//! Power: whether the module runs, starts, goes down, or is off.

/// Says whether the module runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Power {
    /// It hears and answers.
    #[default]
    On,
    /// A command has switched it off. Its answer goes out, and no other command comes in.
    Leaving(Shutdown),
    /// It is deaf and silent.
    Off,
    /// It is deaf and silent until it has started.
    Booting,
}

/// Says how a module goes down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shutdown {
    /// The last line that it says.
    pub(super) line: Option<&'static str>,
    /// It starts again.
    pub(super) restarts: bool,
}

impl Shutdown {
    /// Goes down without a word, and starts again.
    pub(super) const RESTART: Shutdown = Shutdown {
        line: None,
        restarts: true,
    };

    /// Goes down with this line, and stays off.
    pub(super) const fn off(line: Option<&'static str>) -> Self {
        Shutdown {
            line,
            restarts: false,
        }
    }
}

impl Power {
    /// Tells whether the module does its work.
    pub(super) fn is_on(self) -> bool {
        matches!(self, Power::On | Power::Leaving(_))
    }

    /// Names it for a report.
    pub(super) fn word(self) -> &'static str {
        match self {
            Power::On | Power::Leaving(_) => "on",
            Power::Off => "off",
            Power::Booting => "starting",
        }
    }

    /// Tells whether what the host types is lost.
    pub(super) fn is_deaf(self) -> bool {
        self != Power::On
    }
}
