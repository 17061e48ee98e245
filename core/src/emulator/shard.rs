//! One event loop for many emulators.
//!
//! A thread holds the [`Core`]: the poll and the tenants. It waits for descriptors, alarms and deadlines, and gives each
//! tenant that has something to do its turn. Before a turn it puts the core down, and takes it up again behind it. A turn
//! that may block says so ([`Relieve`]); then the second thread of the loop takes the core up and goes on with the others,
//! and the first one brings its tenant back and waits until it is needed again.

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::{self, JoinHandle};

use mio::{Events, Poll, Registry, Token, Waker};

use super::alarm::{Alarm, Woken};
use super::shard_core::{Core, Resident, TOKENS, WAKER};
use super::tenant::{AfterTurn, Relief, Relieve, Scratch, Tenant, TenantEnd};

/// Events that are taken at once.
const EVENTS: usize = 256;
/// The threads of one loop: one that holds the core, and one that may block in a turn.
const THREADS: usize = 2;

/// An event loop.
pub(super) struct Shard {
    this: Weak<Shard>,
    registry: Arc<Registry>,
    waker: Arc<Waker>,
    woken: Woken,
    mail: Mutex<Mail>,
    place: Mutex<CorePlace>,
    change: Condvar,
}

/// Holds what other threads leave for the one that has the core.
#[derive(Default)]
struct Mail {
    arrived: Vec<(usize, Resident)>,
    /// Those that come back from a turn that lost the core, and what comes next for them.
    back: Vec<(usize, Option<(Resident, AfterTurn)>)>,
}

/// The place where the core lies while a tenant has its turn.
struct CorePlace {
    core: Option<Box<Core>>,
    /// The turn under way may block: another thread takes the core.
    offered: bool,
    /// Threads that wait for it.
    idle: usize,
    threads: Vec<JoinHandle<()>>,
    /// Number of the next tenant.
    next: usize,
    /// Tenants that are here.
    tenants: usize,
    over: bool,
}

/// Holds what a new tenant gets of its loop.
pub(super) struct Lodging {
    pub(super) registry: Arc<Registry>,
    /// The first of its tokens.
    pub(super) first: Token,
    pub(super) alarm: Alarm,
    pub(super) relief: Relief,
    number: usize,
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shard {
    /// Starts a loop with one thread.
    pub(super) fn start() -> io::Result<Arc<Self>> {
        let poll = Poll::new()?;
        let registry = Arc::new(poll.registry().try_clone()?);
        let waker = Arc::new(Waker::new(&registry, WAKER)?);
        let core = Core::new(poll);
        let shard = Arc::new_cyclic(|this| Shard {
            this: Weak::clone(this),
            registry,
            waker,
            woken: Woken::default(),
            mail: Mutex::default(),
            place: Mutex::new(CorePlace {
                core: Some(Box::new(core)),
                offered: true,
                idle: 0,
                threads: Vec::new(),
                next: 0,
                tenants: 0,
                over: false,
            }),
            change: Condvar::new(),
        });
        let mut place = held(&shard.place);
        shard.add_thread(&mut place)?;
        drop(place);
        Ok(shard)
    }

    /// Returns how many tenants it has.
    pub(super) fn tenants(&self) -> usize {
        held(&self.place).tenants
    }

    /// Makes room for a tenant. It counts from here on, and until [`Shard::leave`] or its end.
    pub(super) fn lodge(&self) -> Lodging {
        let mut place = held(&self.place);
        let number = place.next;
        place.next += 1;
        place.tenants += 1;
        drop(place);
        let relieve: Weak<dyn Relieve> = Weak::<Shard>::clone(&self.this);
        Lodging {
            registry: Arc::clone(&self.registry),
            first: Token(number * TOKENS),
            alarm: Alarm::of_emulator(Arc::clone(&self.waker), Arc::clone(&self.woken), number),
            relief: Relief::new(relieve),
            number,
        }
    }

    /// Gives up the room of a tenant that does not come.
    pub(super) fn leave(&self) {
        held(&self.place).tenants -= 1;
    }

    /// Takes a tenant in.
    pub(super) fn admit(&self, number: usize, tenant: Box<dyn Tenant>) -> Arc<TenantEnd> {
        let end = Arc::new(TenantEnd::default());
        let resident = Resident::new(tenant, Arc::clone(&end));
        let place = held(&self.place);
        if !place.over {
            held(&self.mail).arrived.push((number, resident));
        }
        drop(place);
        self.wake();
        end
    }

    /// Ends the loop and waits for its threads. What is left of its tenants goes.
    pub(super) fn stop(&self) {
        let mut place = held(&self.place);
        place.over = true;
        let threads = std::mem::take(&mut place.threads);
        drop(place);
        self.change.notify_all();
        self.wake();
        for thread in threads {
            // Nothing in it panics outside of a turn, and those are caught.
            let _ = thread.join();
        }
        let left = held(&self.place).core.take();
        drop(left);
    }

    fn wake(&self) {
        // It fails where the system has no memory left for it.
        let _ = self.waker.wake();
    }

    fn add_thread(&self, place: &mut CorePlace) -> io::Result<()> {
        let Some(shard) = self.this.upgrade() else {
            return Ok(());
        };
        let thread = thread::Builder::new().name("emulators".to_owned());
        place.threads.push(thread.spawn(move || shard.work())?);
        Ok(())
    }

    /// Lives as a thread: waits for the core, and serves as long as it has it.
    fn work(&self) {
        let mut scratch = Scratch::default();
        let mut events = Events::with_capacity(EVENTS);
        while let Some(core) = self.take_over() {
            self.serve(core, &mut events, &mut scratch);
            scratch.give_back();
        }
    }

    /// Waits until the core is offered; `None` at the end of the loop.
    fn take_over(&self) -> Option<Box<Core>> {
        let mut place = held(&self.place);
        loop {
            if place.over {
                return None;
            }
            if place.offered
                && let Some(core) = place.core.take()
            {
                place.offered = false;
                return Some(core);
            }
            place.idle += 1;
            let waited = self.change.wait(place);
            place = waited.unwrap_or_else(PoisonError::into_inner);
            place.idle -= 1;
        }
    }

    /// Serves the tenants until the core is lost or the loop ends.
    fn serve(&self, mut core: Box<Core>, events: &mut Events, scratch: &mut Scratch) {
        loop {
            if core.wait(events).is_err() {
                return self.stop_here(core);
            }
            self.collect(&mut core);
            if held(&self.place).over {
                return self.stop_here(core);
            }
            for _ in 0..core.waiting() {
                let Some((number, mut resident, news)) = core.take_next() else {
                    continue;
                };
                held(&self.place).core = Some(core);
                let turn = resident.turn(&news, scratch);
                let stays = if turn == AfterTurn::Over {
                    scratch.give_back();
                    self.see_off(resident);
                    None
                } else {
                    Some((resident, turn))
                };
                let mut place = held(&self.place);
                place.offered = false;
                let own = if place.over { None } else { place.core.take() };
                let Some(own) = own else {
                    if !place.over {
                        held(&self.mail).back.push((number, stays));
                    }
                    drop(place);
                    return self.wake();
                };
                drop(place);
                core = own;
                core.seat(number, stays);
            }
        }
    }

    /// Ends a loop with all that is left of its tenants.
    fn stop_here(&self, core: Box<Core>) {
        held(&self.place).over = true;
        self.change.notify_all();
        drop(core);
        drop(std::mem::take(&mut *held(&self.mail)));
    }

    /// Drops a tenant with all that it has; that may take its time.
    fn see_off(&self, resident: Resident) {
        self.before_blocking();
        held(&self.place).tenants -= 1;
        drop(resident);
    }

    /// Takes what other threads left.
    fn collect(&self, core: &mut Core) {
        let mut mail = held(&self.mail);
        let (arrived, back) = (
            std::mem::take(&mut mail.arrived),
            std::mem::take(&mut mail.back),
        );
        drop(mail);
        for (number, resident) in arrived {
            core.admit(number, resident);
        }
        for (number, stays) in back {
            core.seat(number, stays);
        }
        for number in std::mem::take(&mut *held(&self.woken)) {
            core.tell(number, |news| news.woken = true);
        }
    }
}

impl Lodging {
    /// Returns the number of the tenant.
    pub(super) fn number(&self) -> usize {
        self.number
    }
}

impl Relieve for Shard {
    fn before_blocking(&self) {
        let mut place = held(&self.place);
        // Without others there is nothing to go on with.
        if place.core.is_none() || place.offered || place.tenants < 2 || place.over {
            return;
        }
        place.offered = true;
        if place.idle > 0 {
            drop(place);
            self.change.notify_one();
        } else if place.threads.len() < THREADS {
            // Without a thread the others wait, as they do while both block.
            let _ = self.add_thread(&mut place);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};
    use std::time::{Duration, Instant};

    use super::*;
    use crate::emulator::tenant::News;

    /// Does as it is told, in each turn one thing.
    struct Told(Receiver<Task>, Relief, Sender<&'static str>);

    enum Task {
        /// Says a word.
        Say(&'static str),
        /// Blocks until it is let go.
        Block(Receiver<()>),
        WaitAnd(Duration),
        Panic,
        End,
    }

    impl Tenant for Told {
        fn turn(&mut self, _: &News, _: &mut Scratch) -> AfterTurn {
            match self.0.try_recv() {
                Ok(Task::Say(word)) => self.2.send(word).expect("heard"),
                Ok(Task::Block(until)) => {
                    self.1.before_blocking();
                    self.2.send("blocks").expect("heard");
                    until.recv().expect("let go");
                    self.2.send("goes on").expect("heard");
                }
                Ok(Task::WaitAnd(time)) => return AfterTurn::Wait(Some(Instant::now() + time)),
                Ok(Task::Panic) => panic!("wanted by the test"),
                Ok(Task::End) => return AfterTurn::Over,
                Err(_) => return AfterTurn::Wait(None),
            }
            AfterTurn::Again
        }
    }

    struct Guest {
        tasks: Sender<Task>,
        alarm: Alarm,
        words: Receiver<&'static str>,
        end: Arc<TenantEnd>,
    }

    impl Guest {
        fn of(shard: &Shard) -> Self {
            let lodging = shard.lodge();
            let ((tasks, told), (say, words)) = (channel(), channel());
            let tenant = Told(told, lodging.relief.clone(), say);
            Guest {
                end: shard.admit(lodging.number(), Box::new(tenant)),
                alarm: lodging.alarm,
                tasks,
                words,
            }
        }

        fn tell(&self, task: Task) {
            self.tasks.send(task).expect("it lives");
            self.alarm.ring().expect("the loop runs");
        }
    }

    #[test]
    fn one_that_blocks_lets_the_others_go_on_and_two_are_no_more() {
        let shard = Shard::start().expect("a loop");
        let guests: Vec<Guest> = (0..3).map(|_| Guest::of(&shard)).collect();
        for _ in 0..20 {
            let (go, until) = channel();
            guests[0].tell(Task::Block(until));
            assert_eq!(guests[0].words.recv(), Ok("blocks"));
            for guest in &guests[1..] {
                guest.tell(Task::Say("here"));
                assert_eq!(guest.words.recv(), Ok("here"));
            }
            go.send(()).expect("it waits");
            assert_eq!(guests[0].words.recv(), Ok("goes on"));
        }
        assert_eq!(held(&shard.place).threads.len(), THREADS);
        // What comes while one blocks waits for it.
        let (go, until) = channel();
        guests[0].tell(Task::Block(until));
        guests[0].tell(Task::Say("behind it"));
        go.send(()).expect("it waits");
        let words: Vec<_> = guests[0].words.iter().take(3).collect();
        assert_eq!(words, ["blocks", "goes on", "behind it"]);
        shard.stop();
    }

    #[test]
    fn a_single_one_has_a_single_thread() {
        let shard = Shard::start().expect("a loop");
        let guest = Guest::of(&shard);
        let (go, until) = channel();
        guest.tell(Task::Block(until));
        assert_eq!(guest.words.recv(), Ok("blocks"));
        go.send(()).expect("it waits");
        assert_eq!(guest.words.recv(), Ok("goes on"));
        assert_eq!(held(&shard.place).threads.len(), 1);
        shard.stop();
        assert!(guest.end.has_happened(), "the end takes it along");
    }

    #[test]
    fn a_turn_comes_at_its_time() {
        let shard = Shard::start().expect("a loop");
        let guest = Guest::of(&shard);
        for task in [Task::WaitAnd(Duration::from_millis(5)), Task::Say("later")] {
            guest.tasks.send(task).expect("it lives");
        }
        guest.alarm.ring().expect("the loop runs");
        assert_eq!(guest.words.recv(), Ok("later"));
        shard.stop();
    }

    #[test]
    fn one_that_panics_or_ends_leaves_the_others_alone() {
        let shard = Shard::start().expect("a loop");
        let guests: Vec<Guest> = (0..3).map(|_| Guest::of(&shard)).collect();
        guests[0].tell(Task::Panic);
        guests[0].end.await_it();
        guests[1].tell(Task::End);
        guests[1].end.await_it();
        assert_eq!(shard.tenants(), 1);
        guests[2].tell(Task::Say("here"));
        assert_eq!(guests[2].words.recv(), Ok("here"));
        assert!(!guests[2].end.has_happened());
        // Its number is not used again.
        let next = Guest::of(&shard);
        next.tell(Task::Say("new"));
        assert_eq!(next.words.recv(), Ok("new"));
        shard.stop();
    }
}
