//! The radio: functionality, SIM card, registration, operator and signal (COMMON 6.4).
//!
//! A module is registered, with a good signal, unless its user sets something else
//! ([`ModuleState`]) or its host switches the radio off. What changes the registration is
//! told by [`Radio::update`], the only place that does so.

use alloc::format;
use alloc::string::String;
use core::time::Duration;

use super::boot_script::BootScript;
use super::sim::SimCard;
use crate::at::Form;
use crate::dialect::{BootLine, Command, CommandKind, SimLine, Value};
use crate::module::context::ModuleContext;
use crate::module::power::{Power, Shutdown};
use crate::module::response::{CommandError, CommandResponse, integer, text};
use crate::module::state::{ModuleState, NetworkState, SimState};
use crate::module::timers::Timer;

/// The three registration commands.
const COMMANDS: [&str; 3] = ["+CREG", "+CGREG", "+CEREG"];
/// The first of them tells of the circuits, the others of the packets.
const CIRCUITS: usize = 0;

/// `AT+CFUN=15` of Fibocom.
const RESET: u64 = 15;
/// `AT+COPS=2` leaves the operator.
const DEREGISTER: u64 = 2;

// Numbers of `+CME ERROR` (3GPP 27.007 §9.2).
const SIM_FAILURE: CommandError = CommandError::Cme(13);
const NO_NETWORK: CommandError = CommandError::Cme(30);

/// Says what of the module works, `AT+CFUN`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Functionality {
    /// 0: neither the radio nor the SIM card.
    Minimum,
    /// 1: all of it.
    Full,
    /// 4: the SIM card, and no radio.
    Airplane,
}

impl Functionality {
    fn number(self) -> u64 {
        match self {
            Functionality::Minimum => 0,
            Functionality::Full => 1,
            Functionality::Airplane => 4,
        }
    }

    fn from_number(number: u64) -> Self {
        match number {
            0 => Functionality::Minimum,
            4 => Functionality::Airplane,
            _ => Functionality::Full,
        }
    }
}

/// Says whether the module is registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Registration {
    Unregistered,
    Registered,
    /// The host has left the operator.
    Left,
}

/// Holds the state of the radio.
#[derive(Debug)]
pub(in crate::module) struct Radio {
    functionality: Functionality,
    sim: SimCard,
    network: NetworkState,
    /// The time that a registration takes.
    registration_time: Duration,
    registration: Registration,
    attached: bool,
    attaches_at_start: bool,
    signal: u8,
    /// `<n>` of the three registration commands, and as `AT&W` stored them.
    reports: [u64; COMMANDS.len()],
    stored_reports: [u64; COMMANDS.len()],
    /// The states that were told, or were so before anything was.
    told: [u8; COMMANDS.len()],
    script: BootScript,
}

impl Default for Radio {
    fn default() -> Self {
        Radio {
            functionality: Functionality::Full,
            sim: SimCard::new(SimState::Ready),
            network: NetworkState::Home,
            registration_time: Duration::ZERO,
            registration: Registration::Registered,
            attached: true,
            attaches_at_start: true,
            signal: 28,
            reports: [0; COMMANDS.len()],
            stored_reports: [0; COMMANDS.len()],
            told: [1; COMMANDS.len()],
            script: BootScript::default(),
        }
    }
}

/// Starts, and what outlives them.
impl Radio {
    /// Returns the radio after a loss of power: the card, the network and what `AT&W` stored are as before.
    pub(in crate::module) fn restarted(mut self) -> Self {
        self.sim.reset();
        Radio {
            registration: Registration::Unregistered,
            attached: self.attaches_at_start,
            reports: self.stored_reports,
            told: [0; COMMANDS.len()],
            functionality: Functionality::Full,
            script: BootScript::default(),
            ..self
        }
    }

    /// Says the lines of a start from now on, and looks for the network.
    pub(in crate::module) fn start(&mut self, cx: &mut ModuleContext) {
        let lines = cx.dialect.banner.iter();
        self.script.add(cx.now, cx.boot_time, lines);
        self.say_boot_lines(cx);
        self.update(cx);
    }

    /// Says the lines that are due.
    pub(in crate::module) fn say_boot_lines(&mut self, cx: &mut ModuleContext) {
        while let Some(line) = self.script.take_due(cx.now) {
            match line.sim {
                SimLine::Unrelated => cx.urc(line.text.into()),
                SimLine::State => self.tell_sim(cx),
                SimLine::Ready if self.is_sim_ready() => cx.urc(line.text.into()),
                SimLine::Ready => {}
            }
        }
        cx.timers.put(Timer::BootLine, self.script.next_timeout());
    }

    /// Executes `AT&W` for `<n>` of the registration commands (COMMON 6.1).
    pub(in crate::module) fn store(&mut self) {
        self.stored_reports = self.reports;
    }

    /// Executes `ATZ` for them.
    pub(in crate::module) fn restore_stored(&mut self) {
        self.reports = self.stored_reports;
    }

    /// Executes `AT&F` for them.
    pub(in crate::module) fn restore_factory(&mut self) {
        self.reports = [0; COMMANDS.len()];
    }
}

/// Answers about the state.
impl Radio {
    /// Tells whether the module is registered and attached: a context can come up.
    pub(in crate::module) fn is_attached(&self) -> bool {
        self.is_registered() && self.attached
    }

    /// Tells whether the SIM card is on and asks for nothing.
    pub(in crate::module) fn is_sim_ready(&self) -> bool {
        self.is_sim_on() && self.sim.is_ready()
    }

    /// Returns why the card cannot be used, if it cannot.
    pub(in crate::module) fn sim_error(&self) -> Option<CommandError> {
        if self.is_sim_on() {
            self.sim.error()
        } else {
            Some(SIM_FAILURE)
        }
    }

    /// Returns the word of the URC `+CPIN`.
    pub(in crate::module) fn sim_word(&self) -> &'static str {
        match self.sim.word() {
            Ok(word) if self.is_sim_on() => word,
            Err(_) if !self.sim.is_there() => "NOT INSERTED",
            _ => "NOT READY",
        }
    }

    /// Returns `<fun>` of `AT+CFUN?`.
    pub(in crate::module) fn functionality(&self) -> u64 {
        self.functionality.number()
    }

    /// Returns `<stat>` of `AT+CREG?`.
    pub(in crate::module) fn circuit_registration(&self) -> u8 {
        self.status(CIRCUITS)
    }

    /// Tells whether there is a card and it is on.
    pub(in crate::module) fn is_card_there(&self) -> bool {
        self.is_sim_on() && self.sim.is_there()
    }

    fn is_sim_on(&self) -> bool {
        self.functionality != Functionality::Minimum
    }

    fn is_radio_on(&self) -> bool {
        self.functionality == Functionality::Full
    }

    fn is_registered(&self) -> bool {
        self.registration == Registration::Registered
    }

    /// Tells whether the module looks for a network.
    fn looks_for_network(&self) -> bool {
        self.is_radio_on() && self.sim.is_ready() && self.registration != Registration::Left
    }

    fn may_register(&self) -> bool {
        self.looks_for_network()
            && matches!(self.network, NetworkState::Home | NetworkState::Roaming)
    }

    /// Returns `<stat>` of a registration command (3GPP 27.007 §7.2).
    fn status(&self, index: usize) -> u8 {
        match self.network {
            _ if !self.looks_for_network() => 0,
            _ if index != CIRCUITS && !self.attached => 0,
            NetworkState::Denied => 3,
            NetworkState::Home if self.is_registered() => 1,
            NetworkState::Roaming if self.is_registered() => 5,
            NetworkState::Home | NetworkState::Roaming | NetworkState::Searching => 2,
        }
    }

    /// Returns `1,"1A2B","1A2B3C01",7`: the place is told for `<n>` 2, of a module that is registered.
    fn status_text(&self, cx: &ModuleContext, index: usize) -> String {
        let status = self.status(index);
        if self.reports[index] == 2 && matches!(status, 1 | 5) {
            format!("{status},{}", cx.dialect.cell)
        } else {
            format!("{status}")
        }
    }
}

/// Changes of the state, and what is told of them.
impl Radio {
    /// Takes a state that the user sets.
    pub(in crate::module) fn set_state(&mut self, cx: &mut ModuleContext, state: ModuleState) {
        match state {
            ModuleState::Sim(state) => {
                self.sim = SimCard::new(state);
                if cx.power.is_on() && self.is_sim_on() {
                    self.announce_sim(cx);
                }
            }
            ModuleState::Network(network) => self.network = network,
            ModuleState::RegistrationTime(time) => self.registration_time = time,
            ModuleState::Attach(attached) => {
                self.attached = attached;
                self.attaches_at_start = attached;
            }
            ModuleState::Signal(signal) => self.signal = signal,
            ModuleState::Power(_) => {}
        }
    }

    /// Makes the registration what the rest asks for, and tells what has changed.
    pub(in crate::module) fn update(&mut self, cx: &mut ModuleContext) {
        if !cx.power.is_on() {
            return;
        }
        if !self.may_register() {
            self.forget_registration();
            cx.timers.stop(Timer::Registration);
        } else if self.registration_time.is_zero() {
            self.registration = Registration::Registered;
            cx.timers.stop(Timer::Registration);
        } else if !self.is_registered() && cx.timers.get(Timer::Registration).is_none() {
            let at = cx.now + self.registration_time;
            cx.timers.set(Timer::Registration, at);
        }
        self.tell_registration(cx);
    }

    /// Registers the module: the time for it is over.
    pub(in crate::module) fn on_registration(&mut self, cx: &mut ModuleContext) {
        if self.may_register() {
            self.registration = Registration::Registered;
        }
        self.tell_registration(cx);
    }

    /// Begins to register as a module does that was just switched on.
    pub(in crate::module) fn forget_registration(&mut self) {
        if self.is_registered() {
            self.registration = Registration::Unregistered;
        }
    }

    fn tell_registration(&mut self, cx: &mut ModuleContext) {
        for (index, name) in COMMANDS.iter().enumerate() {
            let status = self.status(index);
            let changed = core::mem::replace(&mut self.told[index], status) != status;
            if changed && self.reports[index] > 0 {
                let text = self.status_text(cx, index);
                cx.urc(format!("{name}: {text}").into_bytes());
            }
        }
    }

    /// Says the state of the card, and what follows a card that is ready.
    fn announce_sim(&mut self, cx: &mut ModuleContext) {
        self.tell_sim(cx);
        let follows = |line: &&BootLine| line.sim == SimLine::Ready;
        let lines = cx.dialect.banner.iter().filter(follows);
        self.script.add(cx.now, cx.boot_time, lines);
        self.say_boot_lines(cx);
    }

    fn tell_sim(&self, cx: &mut ModuleContext) {
        cx.urc(format!("+CPIN: {}", self.sim_word()).into_bytes());
    }

    /// Executes `AT+CFUN=<fun>[,<rst>]`.
    fn set_functionality(
        &mut self,
        cx: &mut ModuleContext,
        values: &[Value<'_>],
    ) -> Result<(), CommandError> {
        let number = integer(values, 0).unwrap_or(1);
        let resets = integer(values, 1) == Some(1);
        match number {
            RESET => cx.power = Power::Leaving(Shutdown::RESTART),
            1 if resets => cx.power = Power::Leaving(Shutdown::RESTART),
            // A module that resets is fully functional afterwards.
            _ if resets => return Err(CommandError::Plain),
            number => self.switch(cx, Functionality::from_number(number)),
        }
        Ok(())
    }

    fn switch(&mut self, cx: &mut ModuleContext, functionality: Functionality) {
        let before = core::mem::replace(&mut self.functionality, functionality);
        let was_on = before != Functionality::Minimum;
        match (was_on, self.is_sim_on()) {
            (false, true) => {
                self.sim.reset();
                self.announce_sim(cx);
            }
            (true, false) if self.sim.is_there() => self.tell_sim(cx),
            _ => {}
        }
    }
}

/// Commands of the host.
impl Radio {
    pub(super) fn execute(
        &mut self,
        cx: &mut ModuleContext,
        command: &'static Command,
        form: &Form<'_>,
    ) -> CommandResponse {
        let Ok(values) = command.values(form) else {
            return CommandResponse::bad_parameter(command);
        };
        let result = match (command.kind, form) {
            (CommandKind::PowerDown, _) => {
                let line = match integer(&values, 0) {
                    Some(0) => cx.dialect.power_down.urgent,
                    _ => cx.dialect.power_down.normal,
                };
                cx.power = Power::Leaving(Shutdown::off(line));
                Ok(())
            }
            (_, Form::Write(_)) => self.set(cx, command, &values),
            _ => self
                .read(cx, command)
                .map(|line| cx.information(line.as_bytes())),
        };
        match result {
            Ok(()) => CommandResponse::Ok,
            Err(error) => error.into(),
        }
    }

    fn set(
        &mut self,
        cx: &mut ModuleContext,
        command: &Command,
        values: &[Value<'_>],
    ) -> Result<(), CommandError> {
        let first = integer(values, 0).unwrap_or(0);
        match (command.kind, position(command)) {
            (CommandKind::Functionality, _) => self.set_functionality(cx, values)?,
            (CommandKind::SimState, _) => {
                if !self.is_sim_on() {
                    return Err(SIM_FAILURE);
                }
                self.sim.enter(text(values, 0), text(values, 1))?;
                self.announce_sim(cx);
            }
            (CommandKind::Attach, _) if first == 1 && !self.is_registered() => {
                return Err(NO_NETWORK);
            }
            (CommandKind::Attach, _) => self.attached = first == 1,
            (CommandKind::Registration, Some(index)) => self.reports[index] = first,
            // There is one network: it can be left and found again, not chosen.
            (CommandKind::Operator, _) if first <= DEREGISTER => {
                self.registration = match (first, self.registration) {
                    (DEREGISTER, _) => Registration::Left,
                    (_, Registration::Left) => Registration::Unregistered,
                    (_, registration) => registration,
                };
            }
            _ => {}
        }
        Ok(())
    }

    fn read(&self, cx: &ModuleContext, command: &Command) -> Result<String, CommandError> {
        let name = command.name;
        Ok(match command.kind {
            CommandKind::Functionality => format!("{name}: {}", self.functionality.number()),
            CommandKind::SimState if !self.is_sim_on() => return Err(SIM_FAILURE),
            CommandKind::SimState => format!("{name}: {}", self.sim.word()?),
            CommandKind::Attach => format!("{name}: {}", u8::from(self.is_attached())),
            CommandKind::Registration => {
                let index = position(command).ok_or(CommandError::bad_parameter(command))?;
                let status = self.status_text(cx, index);
                format!("{name}: {},{status}", self.reports[index])
            }
            CommandKind::Operator if self.is_registered() => {
                format!("{name}: 0,0,\"libqftp\",{}", cx.dialect.access_technology)
            }
            CommandKind::Operator if self.registration == Registration::Left => {
                format!("{name}: {DEREGISTER}")
            }
            CommandKind::Operator if !self.is_radio_on() => {
                format!("{name}: {}", cx.dialect.operator_without_radio)
            }
            CommandKind::Operator => format!("{name}: 0"),
            CommandKind::Signal => format!("{name}: {},99", self.signal_now()),
            _ => return Err(CommandError::bad_parameter(command)),
        })
    }

    /// Returns `<rssi>`: none without a radio or a network.
    fn signal_now(&self) -> u8 {
        if self.is_radio_on() && self.network != NetworkState::Searching {
            self.signal
        } else {
            99
        }
    }
}

fn position(command: &Command) -> Option<usize> {
    COMMANDS.iter().position(|known| *known == command.name)
}
