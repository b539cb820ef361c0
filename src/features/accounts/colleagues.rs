//! Finding colleagues: by department and by name.

use super::administration::authority::resolve;
use super::error::AccountsError;
use super::requests::ListColleagues;
use super::service::{Accounts, code_of};
use super::store::{self, ColleagueFilter};
use super::views::ColleagueView;
use crate::platform::http::pagination::Page;
use crate::platform::http::problem::Problem;

impl Accounts {
    /// A page of those whose account is enabled, in the order of their user names.
    pub(super) async fn list_colleagues(
        &self,
        query: ListColleagues,
    ) -> Result<Page<ColleagueView>, Problem> {
        let after: Option<String> = query.cursor.map(|cursor| cursor.decode()).transpose()?;
        let directory = self.directory.snapshot();
        let department = resolve(&directory, query.department.as_deref(), "?department")?;
        let filter = ColleagueFilter {
            departments: department.map(|id| directory.subtree(id).iter().copied().collect()),
            name: query.name.map(|name| name.as_str().to_owned()),
            after,
            limit: query.limit.with_one_more(),
        };
        let found = self.db.read(move |conn| Ok::<_, AccountsError>(store::list_colleagues(conn, &filter)?));
        let page = Page::new(found.await?, query.limit, |row| row.username.clone());
        Ok(page.map(|row| ColleagueView {
            id: row.id,
            name: row.display_name,
            username: row.username,
            department: code_of(&directory, row.department_id),
        }))
    }
}
