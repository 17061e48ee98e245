//! Keys that inject faults and set states while `qftp emulate` runs in a terminal.
//!
//! The terminal hands out each key at once and does not show it; the trace says what it did. A program in the background
//! leaves the terminal alone: the system would stop it.

use std::io::{self, IsTerminal as _};
use std::time::Duration;

use qftp::emulator::fault::FaultError;
use qftp::emulator::{Emulator, Fault, TraceEvent, TraceKind};
use qftp::module::ModuleState;
use qftp::module::state::SimState;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::getpgrp;
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcgetpgrp, tcsetattr};

use crate::app::App;
use crate::console;
use crate::problem::Problem;

/// The interval at which signals are looked for.
const TICK: Duration = Duration::from_millis(50);

/// One key.
struct Key {
    name: char,
    what: &'static str,
    action: KeyAction,
}

/// The effect of a key.
#[derive(Clone, Copy, Debug)]
enum KeyAction {
    /// Inject a fault that happens once.
    Inject(Fault),
    /// Inject a fault that lasts, or clear it.
    Toggle(Fault),
    /// Set the first of two states, or the second where the first is set.
    Between(ModuleState, ModuleState),
    Help,
    Quit,
}

const fn key(name: char, what: &'static str, action: KeyAction) -> Key {
    Key { name, what, action }
}

const SIM_OUT: ModuleState = ModuleState::Sim(SimState::Absent);
const SIM_IN: ModuleState = ModuleState::Sim(SimState::Ready);

const KEYS: &[Key] = &[
    key('r', "restart", KeyAction::Inject(Fault::Reboot)),
    key('n', "network off/on", KeyAction::Toggle(Fault::NoNetwork)),
    key('s', "SIM out/in", KeyAction::Between(SIM_OUT, SIM_IN)),
    key(
        'p',
        "lose PDP contexts",
        KeyAction::Inject(Fault::PdpDeactivate),
    ),
    key('c', "drop control", KeyAction::Inject(Fault::DropControl)),
    key('d', "drop data", KeyAction::Inject(Fault::DropData)),
    key('f', "refuse data off/on", KeyAction::Toggle(Fault::NoData)),
    key('u', "lose a URC", KeyAction::Inject(Fault::LoseUrc)),
    key('x', "noise", KeyAction::Inject(Fault::Noise)),
    key(
        'm',
        "mute off/on",
        KeyAction::Toggle(Fault::Silent { after: 0 }),
    ),
    key('?', "these keys", KeyAction::Help),
    key('q', "quit", KeyAction::Quit),
];

/// Returns the keys as lines of at most 80 columns.
pub(super) fn list(indent: &str) -> String {
    const WIDTH: usize = 78;
    let mut lines = vec![format!("{indent}keys:")];
    for Key { name, what, .. } in KEYS {
        let item = format!(" {name} {what}{}", if *name == 'q' { "" } else { "," });
        match lines.last_mut() {
            Some(line) if line.len() + item.len() <= WIDTH => line.push_str(&item),
            _ => lines.push(format!("{indent}     {item}")),
        }
    }
    lines.join("\n")
}

/// The faults and states that are set, as the trace tells them: the control socket sets some, too.
#[derive(Debug, Default)]
pub(super) struct Conditions {
    faults: Vec<Fault>,
    states: Vec<ModuleState>,
}

impl Conditions {
    /// Takes note of an event.
    pub(super) fn note(&mut self, event: &TraceEvent) {
        match event.kind {
            TraceKind::Fault { fault, injected } => {
                self.faults.retain(|other| other.known() != fault.known());
                if injected {
                    self.faults.push(fault);
                }
            }
            TraceKind::State { state } => {
                self.states.retain(|other| other.known() != state.known());
                self.states.push(state);
            }
            _ => {}
        }
    }

    fn has(&self, fault: Fault) -> bool {
        let mut faults = self.faults.iter();
        faults.any(|other| other.known() == fault.known())
    }
}

/// The keys of a terminal. Dropping it gives the terminal its settings back.
pub(super) struct Keys {
    before: Termios,
    /// The terminal has our settings.
    set: bool,
    conditions: Conditions,
}

impl Keys {
    /// Returns the keys where standard input is a terminal.
    pub(super) fn of_terminal() -> Option<Self> {
        let stdin = io::stdin();
        if !stdin.is_terminal() {
            return None;
        }
        let mut keys = Keys {
            before: tcgetattr(&stdin).ok()?,
            set: false,
            conditions: Conditions::default(),
        };
        is_in_foreground().then(|| {
            keys.set_terminal();
            keys
        })
    }

    /// Carries out keys until the program is to end. `show` shows what happened.
    pub(super) fn serve(
        &mut self,
        app: &App,
        emulator: &Emulator,
        mut show: impl FnMut(&mut Conditions) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        while !app.interrupt.asked() {
            show(&mut self.conditions)?;
            if let Some(key) = self.wait()
                && let Some(known) = KEYS.iter().find(|known| known.name == key)
            {
                match known.action {
                    KeyAction::Quit => return Ok(()),
                    KeyAction::Help => console::note(list("")),
                    KeyAction::Toggle(fault) if self.conditions.has(fault) => {
                        tell(emulator.clear(fault));
                    }
                    KeyAction::Inject(fault) | KeyAction::Toggle(fault) => {
                        tell(emulator.inject(fault));
                    }
                    KeyAction::Between(first, second) => {
                        let is_first = self.conditions.states.contains(&first);
                        tell(emulator.set_state(if is_first { second } else { first }));
                    }
                }
            }
        }
        Ok(())
    }

    /// Waits for a key, or for one tick.
    fn wait(&mut self) -> Option<char> {
        if !is_in_foreground() {
            self.set = false;
            std::thread::sleep(TICK);
            return None;
        }
        self.set_terminal();
        let stdin = io::stdin();
        let tick = Timespec::try_from(TICK).ok()?;
        let mut watched = [PollFd::new(&stdin, PollFlags::IN)];
        if !matches!(poll(&mut watched, Some(&tick)), Ok(1..)) {
            return None;
        }
        let mut byte = [0];
        // Not by `Stdin`, which reads ahead.
        if let Ok(1) = rustix::io::read(&stdin, &mut byte) {
            return Some(byte[0].to_ascii_lowercase().into());
        }
        // The terminal is gone; the program runs on until a signal ends it.
        std::thread::sleep(TICK);
        None
    }

    fn set_terminal(&mut self) {
        if self.set {
            return;
        }
        let mut settings = self.before.clone();
        settings.local_modes -= LocalModes::ICANON | LocalModes::ECHO;
        // Without it a key counts when Enter follows.
        self.set = tcsetattr(io::stdin(), OptionalActions::Now, &settings).is_ok();
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        if self.set && is_in_foreground() {
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.before); // the shell sets its own
        }
    }
}

fn is_in_foreground() -> bool {
    tcgetpgrp(io::stdin()).is_ok_and(|group| group == getpgrp())
}

fn tell(result: Result<(), FaultError>) {
    if let Err(error) = result {
        console::note(error);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use qftp::emulator::fault::FAULTS;

    #[test]
    fn every_key_has_one_meaning_and_fits_its_fault() {
        for (index, known) in KEYS.iter().enumerate() {
            assert!(!KEYS[..index].iter().any(|other| other.name == known.name));
            match known.action {
                KeyAction::Inject(fault) => assert!(!fault.known().lasts, "{}", known.name),
                KeyAction::Toggle(fault) => assert!(fault.known().lasts, "{}", known.name),
                KeyAction::Between(first, second) => {
                    assert_ne!(first, second);
                    assert_eq!(first.known(), second.known());
                }
                KeyAction::Help | KeyAction::Quit => {}
            }
        }
        let lasting = FAULTS.iter().filter(|known| known.lasts).count();
        let toggles = KEYS.iter();
        let toggles = toggles.filter(|known| matches!(known.action, KeyAction::Toggle(_)));
        assert_eq!(toggles.count(), lasting, "a fault that lasts has no key");
    }

    #[test]
    fn the_list_fits_a_terminal() {
        for indent in ["", "  "] {
            for line in list(indent).lines() {
                assert!(line.len() < 80, "{line}");
            }
        }
        assert!(list("").starts_with("keys: r restart, n network off/on, "));
        assert!(list("").ends_with("q quit"));
    }
}
