//! What an instance is made of: the services of all features, each with just the parts it needs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::web;
use anyhow::{Context, ensure};

use crate::app::key_check::check_keys;
use crate::app::settings::Settings;
use crate::features::accounts::{Accounts, AccountsParts};
use crate::features::calendars::{CalendarAdministration, Calendars, CityRules, MissingYearReminder};
use crate::features::directory::{Directory, DirectoryAdministration};
use crate::features::escalation::EscalationSettings;
use crate::features::escalation::{
    Alarms, BriefParts, Briefs, Orders, Rosters, Sweep, SweepControl, SweepParts,
};
use crate::features::inspection::{Inspector, InspectorParts};
use crate::features::knowledge::{Indexer, Knowledge};
use crate::features::notifications::{
    AddressBook, DeadLetters, MailAllowance, MailChannel, MailTexts, NoticeConsumer,
};
use crate::features::publication::{Published, Publisher, PublisherParts};
use crate::features::recalculations::{RecalculationParts, Recalculations, Recalculator, RecalculatorParts};
use crate::features::routing::{RouteSubmitted, Routing, RoutingAdministration};
use crate::features::statistics::Statistics;
use crate::features::tickets::{TicketParts, Tickets};
use crate::platform::auth::token::Tokens;
use crate::platform::clock::SharedClock;
use crate::platform::crypto::Sealer;
use crate::platform::db::Db;
use crate::platform::http::cors::AllowedOrigins;
use crate::platform::http::locale::CityLocale;
use crate::platform::http::rate_limit::RateLimits;
use crate::platform::jobs::notify::Notifier;
use crate::platform::keys::KeyRing;
use crate::platform::mail::open_mailer;
use crate::platform::search::Embedded;
use crate::platform::search::SearchIndex;
use crate::rules::inspection::Thresholds;

/// An instance, assembled. Cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// How it is configured.
    pub settings: Arc<Settings>,
    /// What time it is.
    pub clock: SharedClock,
    /// The database.
    pub db: Db,
    /// Seals personal data and stored answers.
    pub sealer: Sealer,
    /// The keys, to be compared with the database's.
    pub keys: KeyRing,
    /// Notified after a command that left something in the outbox.
    pub notifier: Notifier,
    /// Tells people by every channel there is.
    pub channels: Vec<NoticeConsumer>,
    /// The search index.
    pub search: Arc<dyn SearchIndex>,
    /// Departments, categories, districts.
    pub directory: Directory,
    /// Staff accounts and their sessions.
    pub accounts: Accounts,
    /// Working days and promised limits, in all their versions.
    pub calendars: Calendars,
    /// Notified when a recalculation was approved.
    pub recalculation_notifier: Notifier,
    /// Which department a ticket goes to.
    pub routing: Routing,
    /// Tickets.
    pub tickets: Tickets,
    /// Fires alarms.
    pub sweep: Sweep,
    /// What the inspection sentinel counts down.
    pub thresholds: Arc<Thresholds>,
    /// How the ladder is climbed.
    pub escalation: Arc<EscalationSettings>,
    /// Figures.
    pub statistics: Statistics,
    /// Publications.
    pub publisher: Publisher,
    /// What is published.
    pub published: Published,
    /// What the public reads and finds.
    pub knowledge: Knowledge,
    /// Keeps the search index.
    pub indexer: Indexer,
    /// Notified after what is published may have changed.
    pub published_notifier: Notifier,
    /// Rate limits.
    pub limits: web::Data<RateLimits>,
    stopping: Arc<AtomicBool>,
}

impl AppState {
    /// Puts an instance together on a migrated database; the search index is opened in its folder.
    pub async fn assemble(settings: Settings, clock: SharedClock) -> anyhow::Result<AppState> {
        let search = Embedded::open(&settings.search_folder()).context("opening the search index")?;
        AppState::assemble_with(settings, clock, Arc::new(search)).await
    }

    /// The same with a search index that is open already.
    pub async fn assemble_with(
        settings: Settings,
        clock: SharedClock,
        search: Arc<dyn SearchIndex>,
    ) -> anyhow::Result<AppState> {
        let ground = Ground::open(&settings, clock).await?;
        let accounts = ground.accounts(&settings)?;
        let calendars = open_calendars(&ground.db, &settings, &ground.clock).await?;
        let routing = Routing::load(ground.db.clone(), ground.directory.clone());
        let routing = routing.await.context("reading the routing rules")?;
        let tickets = ground.tickets(&settings, &calendars);
        let escalation = Arc::new(settings.escalation.clone());
        let sweep = ground.sweep(&tickets, &accounts, &escalation, settings.jobs.sweepers);
        let address_book = AddressBook::new(ground.db.clone(), tickets.clone(), accounts.clone());
        let published = Published::new(ground.db.clone());
        let published_notifier = Notifier::new();
        let indexer = Indexer::new(published.clone(), Arc::clone(&search));
        let limits = RateLimits::new(&settings.limits, settings.server.trusted_proxies.clone());
        Ok(AppState {
            publisher: ground.publisher(&settings, &tickets, &published_notifier),
            knowledge: Knowledge::new(published.clone(), Arc::clone(&search), &indexer),
            indexer,
            statistics: Statistics::new(ground.db.clone(), ground.clock.clone(), tickets.clone()),
            channels: ground.channels(&settings, Arc::new(address_book))?,
            thresholds: Arc::new(settings.inspection.thresholds().map_err(anyhow::Error::msg)?),
            clock: ground.clock,
            db: ground.db,
            sealer: ground.sealer,
            keys: ground.keys,
            notifier: ground.notifier,
            directory: ground.directory,
            recalculation_notifier: Notifier::new(),
            published,
            published_notifier,
            calendars,
            routing,
            tickets,
            sweep,
            escalation,
            search,
            accounts,
            limits: web::Data::new(limits),
            stopping: Arc::default(),
            settings: Arc::new(settings),
        })
    }

    /// Hands the handlers what they ask for as `web::Data`.
    pub fn provide(&self, config: &mut web::ServiceConfig) {
        config
            .app_data(self.limits.clone())
            .app_data(CityLocale(self.settings.city.locale))
            .app_data(AllowedOrigins(self.settings.server.allowed_origins.clone()))
            .app_data(web::Data::new(self.directory.clone()))
            .app_data(web::Data::new(self.accounts.clone()))
            .app_data(web::Data::new(self.directory_administration()))
            .app_data(web::Data::new(self.calendars.clone()))
            .app_data(web::Data::new(self.calendar_administration()))
            .app_data(web::Data::new(self.recalculations()))
            .app_data(web::Data::new(self.routing_administration()))
            .app_data(web::Data::new(self.tickets.clone()))
            .app_data(web::Data::new(self.publisher.clone()))
            .app_data(web::Data::new(self.knowledge.clone()))
            .app_data(web::Data::new(self.statistics.clone()))
            .app_data(web::Data::new(self.alarms()))
            .app_data(web::Data::new(self.rosters()))
            .app_data(web::Data::new(self.briefs()))
            .app_data(web::Data::new(self.orders()))
            .app_data(web::Data::new(self.sweep_control()))
            .app_data(web::Data::new(self.inspector()))
            .app_data(web::Data::new(self.dead_letters()));
    }

    fn alarms(&self) -> Alarms {
        let (clock, tickets) = (self.clock.clone(), self.tickets.clone());
        Alarms::new(self.db.clone(), clock, self.sealer.clone(), tickets, Arc::clone(&self.escalation))
    }

    fn rosters(&self) -> Rosters {
        let (clock, tickets) = (self.clock.clone(), self.tickets.clone());
        Rosters::new(self.db.clone(), clock, self.sealer.clone(), tickets)
    }

    fn orders(&self) -> Orders {
        Orders::new(self.sweep.parts().clone(), self.clock.clone(), self.sealer.clone())
    }

    /// The inspection sentinel.
    pub fn inspector(&self) -> Inspector {
        let (tickets, calendar) = (self.tickets.clone(), self.calendars.city_calendar());
        Inspector::new(InspectorParts {
            db: self.db.clone(),
            clock: self.clock.clone(),
            routing: RouteSubmitted::new(self.routing.clone(), tickets.clone(), calendar),
            tickets,
            thresholds: Arc::clone(&self.thresholds),
        })
    }

    /// Looking after the sweep.
    pub fn sweep_control(&self) -> SweepControl {
        SweepControl::new(self.sweep.parts().clone(), self.clock.clone(), self.sealer.clone())
    }

    /// The leader's briefs.
    pub fn briefs(&self) -> Briefs {
        Briefs::new(BriefParts {
            db: self.db.clone(),
            clock: self.clock.clone(),
            tickets: self.tickets.clone(),
            accounts: self.accounts.clone(),
            notifier: self.notifier.clone(),
            settings: Arc::clone(&self.escalation),
            figures: Arc::new(self.statistics.clone()),
        })
    }

    fn dead_letters(&self) -> DeadLetters {
        DeadLetters::new(self.db.clone(), self.clock.clone(), self.sealer.clone(), self.notifier.clone())
    }

    /// The operations on departments and categories.
    pub fn directory_administration(&self) -> DirectoryAdministration {
        DirectoryAdministration::new(self.directory.clone(), self.sealer.clone(), self.clock.clone())
    }

    /// The operations on versions of calendars and time limits.
    pub fn calendar_administration(&self) -> CalendarAdministration {
        CalendarAdministration::new(self.calendars.clone(), self.sealer.clone(), self.clock.clone())
    }

    /// The operations on recalculations.
    pub fn recalculations(&self) -> Recalculations {
        Recalculations::new(RecalculationParts {
            db: self.db.clone(),
            clock: self.clock.clone(),
            tickets: self.tickets.clone(),
            calendars: self.calendars.clone(),
            sealer: self.sealer.clone(),
            notifier: self.recalculation_notifier.clone(),
        })
    }

    /// Moves clocks to versions that were approved.
    pub fn recalculator(&self) -> Recalculator {
        Recalculator::new(RecalculatorParts {
            db: self.db.clone(),
            clock: self.clock.clone(),
            tickets: self.tickets.clone(),
            calendars: self.calendars.clone(),
            accounts: self.accounts.clone(),
            notifier: self.notifier.clone(),
        })
    }

    /// Watches whether the next year's notice is there.
    pub fn missing_year_reminder(&self) -> MissingYearReminder {
        let (calendars, accounts) = (self.calendars.clone(), self.accounts.clone());
        MissingYearReminder::new(self.db.clone(), calendars, accounts, self.notifier.clone())
    }

    /// The operations on routing rules.
    pub fn routing_administration(&self) -> RoutingAdministration {
        let (routing, sealer) = (self.routing.clone(), self.sealer.clone());
        RoutingAdministration::new(routing, sealer, self.clock.clone(), self.calendars.city_calendar())
    }

    /// Lets `/readyz` say that this instance takes no more requests.
    pub fn begin_stopping(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    /// Whether it has been asked to stop.
    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }
}

/// What every service stands on.
struct Ground {
    db: Db,
    clock: SharedClock,
    sealer: Sealer,
    tokens: Arc<Tokens>,
    keys: KeyRing,
    notifier: Notifier,
    directory: Directory,
}

impl Ground {
    async fn open(settings: &Settings, clock: SharedClock) -> anyhow::Result<Ground> {
        let secrets = settings.secrets().map_err(anyhow::Error::msg).context("reading the keys")?;
        let db = Db::new(&settings.database.pool())?;
        let directory = Directory::load(db.clone()).await.context("reading the directory")?;
        let auth = &settings.auth;
        let tokens = Arc::new(Tokens::new(&secrets.token_key, &auth.issuer, auth.access_token_seconds)?);
        let keys = KeyRing::new(&secrets);
        check_keys(&db, &keys, settings.secrets.accept_new_token_key, &clock).await?;
        let sealer = keys.sealer().clone();
        Ok(Ground { db, clock, sealer, tokens, keys, notifier: Notifier::new(), directory })
    }

    fn accounts(&self, settings: &Settings) -> anyhow::Result<Accounts> {
        let accounts = Accounts::new(AccountsParts {
            db: self.db.clone(),
            clock: self.clock.clone(),
            directory: self.directory.clone(),
            sealer: self.sealer.clone(),
            tokens: Arc::clone(&self.tokens),
            settings: settings.auth.clone(),
            locale: settings.city.locale,
            notifier: self.notifier.clone(),
        })?;
        Ok(accounts)
    }

    fn tickets(&self, settings: &Settings, calendars: &Calendars) -> Tickets {
        Tickets::new(TicketParts {
            db: self.db.clone(),
            clock: self.clock.clone(),
            sealer: self.sealer.clone(),
            directory: self.directory.clone(),
            calendars: calendars.clone(),
            prefix: settings.city.reference_prefix.clone(),
            notifier: self.notifier.clone(),
            tokens: Arc::clone(&self.tokens),
            delays: settings.auth.delays(),
            quotas: settings.quotas,
        })
    }

    fn sweep(
        &self,
        tickets: &Tickets,
        accounts: &Accounts,
        settings: &Arc<EscalationSettings>,
        sweepers: u8,
    ) -> Sweep {
        Sweep::new(SweepParts {
            db: self.db.clone(),
            tickets: tickets.clone(),
            accounts: accounts.clone(),
            notifier: self.notifier.clone(),
            settings: Arc::clone(settings),
            sweepers,
        })
    }

    /// The ways of telling people, a line each.
    fn channels(
        &self,
        settings: &Settings,
        contacts: Arc<AddressBook>,
    ) -> anyhow::Result<Vec<NoticeConsumer>> {
        let most = settings.mail.most_per_hour_and_address;
        let allowance = MailAllowance::new(self.db.clone(), self.sealer.clone(), most);
        let mail = mail_channel(settings)?.within(allowance);
        Ok(vec![NoticeConsumer::new(mail, contacts).opening_with(self.sealer.clone())])
    }

    /// `changed` is rung after what is published may have changed.
    fn publisher(&self, settings: &Settings, tickets: &Tickets, changed: &Notifier) -> Publisher {
        Publisher::new(PublisherParts {
            db: self.db.clone(),
            clock: self.clock.clone(),
            sealer: self.sealer.clone(),
            tickets: tickets.clone(),
            officials: settings.publication.official_numbers(),
            changed: changed.clone(),
        })
    }
}

/// The versions of calendars and time limits. The city's days must be those of its calendar.
async fn open_calendars(db: &Db, settings: &Settings, clock: &SharedClock) -> anyhow::Result<Calendars> {
    let (calendar, time_limits) = (settings.city.calendar.clone(), settings.city.time_limits.clone());
    let city = CityRules { calendar, time_limits };
    let calendars = Calendars::open(db.clone(), city, clock.now()).await;
    let calendars = calendars.context("reading city.calendar and city.time_limits")?;
    let zone = calendars.city_calendar().zone();
    ensure!(zone == settings.city.zone, "city.zone: the calendar counts days in {zone}; use that");
    Ok(calendars)
}

/// Mail. The way out is tried at once, so that a mistake in it stops the start.
fn mail_channel(settings: &Settings) -> anyhow::Result<MailChannel> {
    let mailer = open_mailer(&settings.mail()).context("opening the way for mail")?;
    Ok(MailChannel::new(MailTexts::new(settings.city.site()), mailer))
}
