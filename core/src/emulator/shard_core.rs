//! The core of an event loop: the poll, the tenants, and whose turn is next.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use mio::{Events, Poll, Token};

use super::tenant::{AfterTurn, News, Ready, Scratch, Tenant, TenantEnd};

/// The tokens of one tenant.
pub(super) const TOKENS: usize = 32;
pub(super) const WAKER: Token = Token(usize::MAX);
/// A tenant, and those who wait for its end.
pub(super) struct Resident {
    /// None once it is dropped.
    tenant: Option<Box<dyn Tenant>>,
    end: Arc<TenantEnd>,
}

impl Drop for Resident {
    fn drop(&mut self) {
        let tenant = self.tenant.take();
        // The panic of a destructor has been printed by then.
        let _ = catch_unwind(AssertUnwindSafe(|| drop(tenant)));
        self.end.note();
    }
}

impl Resident {
    pub(super) fn new(tenant: Box<dyn Tenant>, end: Arc<TenantEnd>) -> Self {
        let tenant = Some(tenant);
        Resident { tenant, end }
    }

    /// Has its turn.
    pub(super) fn turn(&mut self, news: &News, scratch: &mut Scratch) -> AfterTurn {
        let Some(tenant) = &mut self.tenant else {
            return AfterTurn::Over;
        };
        let turn = catch_unwind(AssertUnwindSafe(|| tenant.turn(news, scratch)));
        // The panic has been printed by then; the others are not to suffer.
        turn.unwrap_or(AfterTurn::Over)
    }
}

pub(super) struct Core {
    poll: Poll,
    seats: HashMap<usize, Seat>,
    queue: VecDeque<usize>,
    due: BTreeSet<(Instant, usize)>,
}

#[derive(Default)]
struct Seat {
    /// None while it has its turn.
    resident: Option<Resident>,
    news: News,
    queued: bool,
    due: Option<Instant>,
}

impl Core {
    pub(super) fn new(poll: Poll) -> Self {
        Core {
            poll,
            seats: HashMap::new(),
            queue: VecDeque::new(),
            due: BTreeSet::new(),
        }
    }

    /// Takes a new one in, which has a turn at once.
    pub(super) fn admit(&mut self, number: usize, resident: Resident) {
        self.seats.entry(number).or_default();
        self.seat(number, Some((resident, AfterTurn::Again)));
    }

    /// Returns how many have a turn now.
    pub(super) fn waiting(&self) -> usize {
        self.queue.len()
    }

    /// Waits for descriptors, alarms and deadlines, unless a tenant has something to do.
    pub(super) fn wait(&mut self, events: &mut Events) -> io::Result<()> {
        let wait = if self.queue.is_empty() {
            let due = self.due.first();
            due.map(|(due, _)| due.saturating_duration_since(Instant::now()))
        } else {
            Some(Duration::ZERO)
        };
        match self.poll.poll(events, wait) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => return Err(error),
            _ => {}
        }
        for event in events.iter().filter(|event| event.token() != WAKER) {
            let ready = Ready {
                token: event.token().0 % TOKENS,
                readable: event.is_readable() || event.is_read_closed() || event.is_error(),
            };
            self.tell(event.token().0 / TOKENS, |news| news.ready.push(ready));
        }
        if !self.due.is_empty() {
            self.expire(Instant::now());
        }
        Ok(())
    }

    fn expire(&mut self, now: Instant) {
        while let Some((due, number)) = self.due.first().copied()
            && due <= now
        {
            self.due.pop_first();
            self.tell(number, |_| {});
        }
    }

    /// Notes something for a tenant, which gets a turn. One that has gone needs none.
    pub(super) fn tell(&mut self, number: usize, note: impl FnOnce(&mut News)) {
        if let Some(seat) = self.seats.get_mut(&number) {
            note(&mut seat.news);
            if seat.resident.is_some() && !std::mem::replace(&mut seat.queued, true) {
                self.queue.push_back(number);
            }
        }
    }

    /// Takes the next one out that has a turn.
    pub(super) fn take_next(&mut self) -> Option<(usize, Resident, News)> {
        let number = self.queue.pop_front()?;
        let seat = self.seats.get_mut(&number)?;
        seat.queued = false;
        if let Some(due) = seat.due.take() {
            self.due.remove(&(due, number));
        }
        let resident = seat.resident.take()?;
        Some((number, resident, std::mem::take(&mut seat.news)))
    }

    /// Takes one back behind its turn, or removes what is left of it.
    pub(super) fn seat(&mut self, number: usize, stays: Option<(Resident, AfterTurn)>) {
        let Some(seat) = self.seats.get_mut(&number) else {
            return;
        };
        let Some((resident, turn)) = stays else {
            self.seats.remove(&number);
            return;
        };
        seat.resident = Some(resident);
        let has_news = seat.news.woken || !seat.news.ready.is_empty();
        match turn {
            AfterTurn::Wait(due) if !has_news => {
                seat.due = due;
                self.due.extend(due.map(|due| (due, number)));
            }
            _ => self.tell(number, |_| {}),
        }
    }
}
