//! Routing as the rest of the program uses it: the rules at hand, and what they decide.

use std::sync::{Arc, PoisonError, RwLock};

use chrono::NaiveDate;
use diesel::PgConnection;

use super::error::RoutingError;
use super::store;
use crate::features::directory::Directory;
use crate::platform::db::Db;
use crate::rules::routing::{Matter, RoutingDecision, RoutingRule, RuleSet, route};

/// Routing. Cheap to clone; all clones share one set of rules.
#[derive(Clone)]
pub struct Routing {
    db: Db,
    directory: Directory,
    current: Arc<RwLock<Arc<Versioned>>>,
}

/// The rules at one version.
struct Versioned {
    version: i64,
    rules: RuleSet,
}

impl Routing {
    /// Reads the rules from the database.
    pub async fn load(db: Db, directory: Directory) -> Result<Routing, RoutingError> {
        let rules = Arc::new(read(&db).await?);
        Ok(Routing { db, directory, current: Arc::new(RwLock::new(rules)) })
    }

    /// Loads the rules again if somebody changed them. Tells whether somebody did.
    pub async fn refresh(&self) -> Result<bool, RoutingError> {
        let version = self.db.read(|conn| Ok::<_, RoutingError>(store::get_version(conn)?)).await?;
        if version == self.current().version {
            return Ok(false);
        }
        self.take_over(read(&self.db).await?);
        Ok(true)
    }

    /// The same, directory included, on this connection, whose transaction must not have written to either: what it sees
    /// may be rolled back.
    pub(super) fn refresh_within(&self, conn: &mut PgConnection) -> Result<(), RoutingError> {
        self.directory.refresh_within(conn)?;
        if store::get_version(conn)? != self.current().version {
            self.take_over(Versioned::read(conn)?);
        }
        Ok(())
    }

    /// Where a matter goes on this day in the city's zone, by the rules and the directory as this instance knows them.
    pub fn decide(&self, matter: &Matter<'_>, on: NaiveDate) -> RoutingDecision {
        route(&self.current().rules, matter, on, &*self.directory.snapshot())
    }

    pub(super) fn db(&self) -> &Db {
        &self.db
    }

    pub(super) fn directory(&self) -> &Directory {
        &self.directory
    }

    fn take_over(&self, newest: Versioned) {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if newest.version > current.version {
            *current = Arc::new(newest);
        }
    }

    fn current(&self) -> Arc<Versioned> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn read(db: &Db) -> Result<Versioned, RoutingError> {
    db.transaction(Versioned::read).await
}

impl Versioned {
    fn read(conn: &mut PgConnection) -> Result<Versioned, RoutingError> {
        // The version first: rules newer than it are loaded once more, rules older than it would stay.
        let version = store::get_version(conn)?;
        Ok(Versioned { version, rules: active_rules(conn)? })
    }
}

/// The rules that are switched on, as this connection sees them.
pub(super) fn active_rules(conn: &mut PgConnection) -> Result<RuleSet, RoutingError> {
    let rules = store::list_active_rules(conn)?.into_iter().map(RoutingRule::from).collect();
    Ok(RuleSet::new(rules)?)
}
