# Words for people in English. A key is a family of words and a stable code of the API. `{ $name }` is filled in.
# Traditional Chinese is converted from the Chinese; see zh-Hant.toml.

## `huiyin mail-test`.

mail_test-subject = { $site }: a test mail
mail_test-text = This mail was sent by `huiyin mail-test` of { $site }. Mail leaves.

## Problem documents: the title of each kind, by its stable code.

problem-login_refused = The user name or password is wrong, or the account cannot be used now
problem-activation_refused = The one-time code is wrong, used or expired
problem-session_ended = The session has ended; sign in again
problem-too_many_attempts = Too many attempts; try again later
problem-wrong_password = The current password is wrong
problem-username_taken = The user name is taken
problem-incompatible_roles = A system administrator holds no other role
problem-already_granted = The role is granted already
problem-account_disabled = The account is disabled
problem-already_requested = The same waits for a second administrator already
problem-second_administrator_needed = Another administrator has to approve this
problem-no_mail_address = The account has no mail address
problem-messages_used_up = Enough messages for today; go on tomorrow
problem-messages_full = The letter takes no more messages
problem-own_account = Nobody administers their own account
problem-code_taken = The code is already in use
problem-leader_level_does_not_rest = An alarm of the leader's level cannot be snoozed
problem-already_acknowledged = The alarm has been acknowledged already
problem-order_step_not_possible = The supervision order does not stand so that this could be done
problem-publication_not_allowed_now = Not possible where the publication stands
problem-findings_open = Findings of personal data are still open
problem-editor_cannot_review = Whoever wrote some of a revision does not review it
problem-not_the_reviewed_text = The text is not the one that was reviewed
problem-submitter_refuses = The submitter refuses publication
problem-finding_settled = The finding is settled already
problem-not_planned = The plan was decided on already
problem-superseded = Another version came into force since it was planned; plan anew
problem-another_at_work = Another recalculation is at work; try again when it is done
problem-number_taken = The rule number is already in use
problem-not_allowed_now = Not possible in the ticket's present state
problem-same_person = This takes another person
problem-refusals_used_up = This cycle's refusals are used up; a supervisor designates the department
problem-refusal_closed = The window for handing back has passed, or the designation is final
problem-assists_open = Assisting departments have neither finished nor been waived
problem-not_what_was_reviewed = The reply is not what was reviewed
problem-urged_today = Already urged today; try again on the next working day
problem-reopened_once = A ticket can be reopened by its citizen once
problem-other_submitter = Only tickets of the same submitter can be merged
problem-nothing_changes = Category and priority are that already
problem-still_waiting = The time for the citizen's answer has not passed yet
problem-extension_not_possible = This clock cannot be extended, or not by that much
problem-no_such_ticket = No ticket with this reference and access code
problem-bad_request = The request is malformed
problem-method_not_allowed = The method is not allowed
problem-unsupported_media_type = The body must be application/json
problem-payload_too_large = The body is too large
problem-unreadable_body = The body cannot be read
problem-invalid_if_match = If-Match is malformed
problem-request_timeout = The request took too long
problem-idempotency_key_reused = The idempotency key was used for a different request
problem-idempotency_key_required = Idempotency-Key is required
problem-invalid_idempotency_key = Idempotency-Key is malformed
problem-malformed_json = The body is not valid JSON
problem-too_deep = The JSON is nested too deeply
problem-invalid_request = The request is not valid
problem-not_found = Not found
problem-forbidden = Not permitted
problem-unauthenticated = Authentication required
problem-temporarily_unavailable = Temporarily unavailable
problem-internal_error = Internal error
problem-precondition_required = If-Match is required
problem-precondition_failed = Someone changed this meanwhile
problem-in_flight = The same request is being worked on
problem-invalid_query = The query parameters are not valid
problem-rate_limited = Too many requests

## Problem documents: what happened this time.

detail-not_utf8 = Line { $line } is not valid UTF-8
detail-too_deep = At most { $levels } levels are allowed
detail-json_syntax = Syntax error at line { $line }, column { $column }
detail-content_encoding = Content-Encoding is not supported
detail-body_limit = At most 256 KiB are allowed
detail-entity_tag = Send one entity tag as it was given, such as "v12"
detail-idempotency_key = Send one value of 1 to 255 printable ASCII characters

## Fields at fault, by the stable code of what is wrong.

field-invalid_cursor = is not a cursor of this list
field-repeated_parameter = is given more than once
field-invalid_encoding = is not percent-encoded UTF-8
field-missing_field = the field { $name } is required
field-unknown_field-expected = there is no such field; expected { $expected }
field-unknown_field = there is no such field
field-duplicate_field = the field { $name } is given twice
field-unknown_value-expected = is not a known value; expected { $expected }
field-invalid_type-text = must be text
field-invalid_type-number = must be a number
field-invalid_type-boolean = must be true or false
field-invalid_type-list = must be a list
field-invalid_type-object = must be an object
field-invalid_type-nothing = must be empty
field-lone_surrogate = must not contain lone surrogates
field-text_control_character = must not contain control characters
field-invalid_type-whole_number = must be a whole number
field-out_of_range = is out of range
field-out_of_range-between = must be between { $least } and { $most }
field-out_of_range-date = is out of range
field-invalid_value-incomplete_date = is not a complete date
field-invalid_value-date = is not written like a date
field-invalid_value-day_or_instant = must be a day or an instant
field-invalid_value-identifier = is not an identifier
field-unknown_value = is not one of the known words
field-text_empty = must not be empty
field-text_too_long = must have at most { $max } characters
field-too_many_items = must have at most { $most } items
field-digest_malformed = must be 64 hexadecimal digits
field-text_line_break = must stand on one line
field-reference_malformed = is not written like a reference
field-reference_check_digit = has a wrong check digit, so a character is mistyped
field-reference_no_such_day = names a day that does not exist
field-access_code_malformed = is not written like an access code
field-phone_malformed = is not a telephone number
field-mail_malformed = is not a mail address
field-mail_malformed-required = must be a mail address
field-identity_number_malformed = is not an identity number
field-code_malformed = must be lower-case letters and digits in groups joined by single hyphens, at most { $max } characters
field-username_malformed = must be 3 to 32 characters of a-z, 0-9, dot, dash and underscore, and begin with a letter or digit
field-too_deep = is nested too deeply
field-invalid_value = is not valid
field-unknown_department = there is no such department
field-out_of_range-from_to = must be between { $least } and { $most }
field-unknown_department-work = there is no such department that takes work
field-department_twice = a department is named twice
field-named_once = the person is named once: by staff_id or by username
field-unfit_staff = there is no such member of staff, or they cannot handle this department's letters
field-no_open_assist = there is no such open assist
field-kind_is_fixed = the kind cannot be changed
field-outcome_required = a final reply says how the matter ended
field-outcome_not_expected = only a final reply has an outcome
field-channel_not_open = this channel is not open here
field-unknown_category = there is no such category
field-kind_not_in_category = this category does not take letters of this kind
field-unknown_district = there is no such district
field-unknown_category-code = there is no category "{ $code }"
field-unknown_district-code = there is no district "{ $code }"
field-unknown_department-code = there is no department "{ $code }"
field-not_dispatchable = "{ $code }" is sent no work orders
field-too_many_assists = at most 10 assists are allowed
field-invalid_keywords = at most 100 keywords of 1 to 50 characters are allowed
field-out_of_range-rule_number = a rule's number lies between 1 and 1000000000
field-number_changed = a rule's number never changes, and a file gives every rule one
field-out_of_range-rule_priority = a priority lies between 0 and 10000
field-invalid_validity = valid_until is not before valid_from
field-precedent = a precedent keeps its category and is not automatic
field-cycle = "{ $code }" would come to lie below itself
field-needs_successor = a department that is not active needs a successor
field-too_many_aliases = at most 50 aliases are allowed
field-no_kinds = at least one kind is needed
field-code_changed = a code never changes

## A form that is none.

form_schema-too_many_fields = a form has at most { $most } fields
form_schema-key = field "{ $key }": the key is a lower-case letter, then lower-case letters, digits and _, at most 40 in all
form_schema-duplicate_key = field "{ $key }": the key stands twice
form_schema-label = field "{ $key }": label and label_en have 1 to 200 characters, help at most 500
form_schema-max_length = field "{ $key }": max_length stands with text and long_text only, from 1 to { $most }
form_schema-choices = field "{ $key }": a choice, and nothing else, has 1 to 100 different choices of 1 to 200 characters
form_schema-bounds = field "{ $key }": min and max stand with number (as numbers) and date (as YYYY-MM-DD), min not above max

## What is wrong with a filled-in form.

field-form_unknown_field = The form has no such field
field-form_required = This field is required
field-form_wrong_type-boolean = This field takes true or false
field-form_wrong_type-text = This field takes a text
field-form_wrong_type-number = This field takes a number
field-form_control_character = Must not contain control characters
field-form_too_long = At most { $max } characters
field-form_unknown_choice = Must be one of the choices
field-form_invalid_date = A date is written as 2026-09-18
field-form_out_of_range-between = Must lie between { $least } and { $most }
field-form_out_of_range-least = Must not be below { $least }
field-form_out_of_range-most = Must not be above { $most }
field-form_out_of_range = Out of range
field-form_invalid_url = Must be an http or https address

## A document of rules that cannot be taken in.

refusal-not_utf8 = the text is not UTF-8
refusal-unreadable = cannot be read: { $why }
refusal-header = the header must be date,is_working or date,is_working,name
refusal-not_a_day = "{ $text }" is not a day such as 2027-01-01
refusal-not_a_boolean = "{ $text }" is neither true nor false
refusal-empty = no day is listed
refusal-outside_year = { $day } lies neither in { $year } nor in the December before
refusal-listed_twice = { $day } is listed twice
refusal-make_up_on_weekday = { $day } is a Monday to Friday, which is worked anyway and cannot make up for a holiday
refusal-gap = { $day } is missing between the days listed
refusal-year_does_not_follow = the calendar is official up to { $known }; { $year } does not follow
refusal-unknown_calendar = no calendar "{ $code }" is in force; import its whole TOML document first
refusal-other_code = the document is called "{ $code }"
refusal-other_zone = the days must stay in { $zone }
refusal-toml_only = this takes TOML only
refusal-nothing_new = it says nothing that version { $version } does not say
refusal-invalid_document = it does not make a valid document: { $why }
refusal-at_line = line { $line }: { $reason }

## Fields at fault in other features.

field-out_of_range-duration = Must be positive and at most 1000 working days, 3650 days, 120 months or 600000 minutes
field-duration_one_of_both = Give either working_days, or amount with unit
field-too_many_days-calendar = Must not lie before from; at most 400 days at a time
field-unknown_department-of_account = No department has this code
password-too_short = The password needs at least 12 characters
password-too_long = The password has at most 128 characters
password-contains_username = The password must not contain the user name
password-guessable = The password is too easy to guess
field-days_reversed-statistics = lies after the last day
field-too_many_days = at most { $most } days at a time
field-days_reversed-answered = lies before `answered_from`
field-days_reversed-absence = lies before the first day
field-snooze_out_of_range = must be after now and on { $last } at the latest
field-unknown_ticket = there is no such ticket
field-unknown_staff = there is no such member of staff
field-own_substitute = must be somebody else
field-unknown_version = there is no such version
field-already_in_force = this version is in force already

## Days.

weekday_name-mon = Monday
weekday_name-tue = Tuesday
weekday_name-wed = Wednesday
weekday_name-thu = Thursday
weekday_name-fri = Friday
weekday_name-sat = Saturday
weekday_name-sun = Sunday
day_reason-weekday = working
day_reason-weekend = weekend
day_reason-holiday = holiday: { $holiday }
day_reason-make_up = working: make-up for { $holiday }
day_label = { $day } { $weekday }, { $reason }

## Warnings about rules.

warning-whole_days = { $codes } in the time limits { $limits } count working minutes, and the calendar { $calendar } has no [hours]: all 24 hours of a working day will count

## Lists.

list-pair = { $before }, { $next }

## Words of the vocabulary, by their stable codes.

kind_name-mayor_letter = mayor_letter
kind_name-inquiry = inquiry
kind_name-complaint = complaint
kind_name-suggestion = suggestion
kind_name-error_report = error_report
kind_name-information_request = information_request
channel_name-web = web
channel_name-mobile = mobile
channel_name-hotline = hotline
channel_name-mail = mail
channel_name-counter = counter
channel_name-open311 = open311
channel_name-upstream = upstream
channel_name-import = import
metric_name-accept = acceptance due
metric_name-sign = signing due
metric_name-work_order = department's part due
metric_name-reply = reply due
metric_name-refuse = last day to hand back
metric_name-clarification = your answer due
metric_name-rating = last day to rate
metric_name-correction = notice of what is missing due
metric_name-third_party = third party's answer due
metric_name-review_before_publication = review before publication due
metric_name-consultation_outcome = outcome of the consultation due
unit_name-working_days = working days
unit_name-calendar_days = calendar days
unit_name-months = months
unit_name-working_minutes = working minutes
alarm_name-l0 = Due soon
alarm_name-l1 = Due
alarm_name-l2 = Overdue
alarm_name-l3 = Leader's brief
department_name-none = Intake desk
department_name-undispatched = No department yet

## Why a matter goes where it goes.

rule_origin-configured = rule
rule_origin-precedent = precedent rule
routing-matched = Matched { $origin } { $number }: { $conditions }
routing-matched_everything = Matched { $origin } { $number }, which holds for everything
routing-default_department = No rule matched; the default department of category { $category } answers
routing-triage = No rule matched and category { $category } has no default department; a person decides
routing_condition-category = category { $value }
routing_condition-area = area { $value }
routing_condition-keyword = keyword { $value }
routing_condition-kind = kind { $value }
routing_condition-channel = channel { $value }
routing_condition-pair = { $before }, { $next }
precedent_name = Precedent: { $category }
precedent_name-area = Precedent: { $category } ({ $area })

## Clocks, explained.

clock-counted = { $amount } { $unit } from { $anchor }
clock-taken_over = { $said } (taken over from a letter that was joined to this one)
clock-extended = { $said }, { $extension } more granted
clock-paused =
    { $times ->
        [one] { $said }, paused once
       *[other] { $said }, paused { $times } times
    }
clock-waits = { $said }; it is paused now and will be due later.
clock-due = { $said }: due on { $due }.

## The command line.

inspection-left = { $days } d { $hours } h { $minutes } min left
inspection-late = { $days } d { $hours } h { $minutes } min too late

## Days and headings in mails and calendars.

date = { $day } { $month_name } { $year }
reply_heading-supplement = [Supplement]
reply_heading-correction = [Correction]
publication-submitter_refuses = The submitter refuses publication
holiday_name-day_off = Day off
holiday_name-make_up = Exchanged day off

## Legal grounds.

legal_ground-litigation = It is before a court ({ $law })
legal_ground-administrative_review = It is under administrative review ({ $law })
legal_ground-judicial_or_audit_proceeding = Another authority is examining it ({ $law })

## Mails: the subject and the text of each kind of notice. An empty line ends a paragraph; a paragraph of which nothing is left goes.
## What is absent is "none"; days are written out; a list stands as its lines, with its length in NAME_count.

mail_signature = This message was sent automatically by { $site_name }. Please do not reply to it.
mail-greeting = Hello,
mail-look_up = { $portal_link ->
        [none] You can follow it at any time on the site where you submitted it, with your reference and access code.
       *[other] You can follow it at any time at { $portal_link } with your reference and access code.
    }
mail-desk = { $desk_link ->
        [none] Please deal with it at the staff desk.
       *[other] Please deal with it at the staff desk: { $desk_link }
    }
mail-level = { $level ->
        [l0] { alarm_name-l0 }
        [l1] { alarm_name-l1 }
        [l2] { alarm_name-l2 }
       *[other] { alarm_name-l3 }
    }
mail-order_step = { $step ->
        [issued] issued
        [reminder] due tomorrow
        [overdue] late
        [answered] answered
        [returned] sent back
       *[other] closed
    }
mail-reply_due = { $reply_due_on ->
        [none] { "" }
       *[other] You will have an answer by { $reply_due_on } at the latest.
    }
mail-due = { $due_on ->
        [none] { "" }
       *[other] You will have an answer by { $due_on } at the latest.
    }
mail-title = { $title ->
        [none] { "" }
       *[other] “{ $title }” – 
    }
mail_line-none = none

mail_subject-receipt = { $site_name }: We have received your letter ({ $reference })
mail_text-receipt =
    { mail-greeting }

    We have received your letter. Its reference is { $reference }.

    { mail-reply_due }

    { mail-look_up }

    The access code is shown only once, when you submit. Please keep it safe; we will never ask you for it.

mail_subject-question = { $site_name }: We need to ask you something ({ $reference })
mail_text-question =
    { mail-greeting }

    To deal with your letter { $reference } we need to know a little more. Please read and answer our question{ $answer_by_on ->
        [none] { "" }
       *[other] { " " }by { $answer_by_on }
    }.

    { mail-look_up }

    While we wait for you the time limit stands still. Without an answer the letter may be closed; you can still ask us to take it up again.

mail_subject-reply_sent = { $site_name }: Your letter has been answered ({ $reference })
mail_text-reply_sent =
    { mail-greeting }

    Your letter { $reference } has been answered. Please read the answer, and tell us{ $rate_by_on ->
        [none] { "" }
       *[other] { " " }by { $rate_by_on }
    } how we did.

    { mail-look_up }

    If the answer does not satisfy you, you can ask us to take the matter up again.

mail_subject-supplement = { $site_name }: More on the answer to your letter ({ $reference })
mail_text-supplement =
    { mail-greeting }

    The answer to your letter { $reference } has been supplemented or corrected. Please read it.

    { mail-look_up }

mail_subject-interim_reply = { $site_name }: News about your letter ({ $reference })
mail_text-interim_reply =
    { mail-greeting }

    There is an interim reply to your letter { $reference }. Please read it.

    { $reply_due_on ->
        [none] { "" }
       *[other] The final answer follows by { $reply_due_on } at the latest.
    }

    { mail-look_up }

mail_subject-extended = { $site_name }: We need more time for your letter ({ $reference })
mail_text-extended =
    { mail-greeting }

    Your letter { $reference } takes more work than usual, and an extension has been granted. The reason stands with your letter.

    { mail-due }

    { mail-look_up }

    We are sorry for the delay.

mail_subject-held = { $site_name }: Your letter is on legal hold ({ $reference })
mail_text-held =
    { mail-greeting }

    The matter of your letter { $reference } { $ground ->
        [litigation] is before a court
        [administrative_review] is under administrative review
       *[other] is being examined by another authority
    }. Until that ends we must wait, and the time for our answer is not counted.

    We will tell you the new day when we go on.

    { mail-look_up }

mail_subject-released = { $site_name }: We go on with your letter ({ $reference })
mail_text-released =
    { mail-greeting }

    We go on with your letter { $reference }. The days it was on legal hold are not counted.

    { mail-due }

    { mail-look_up }

mail_subject-declined = { $site_name }: We cannot take up your letter ({ $reference })
mail_text-declined =
    { mail-greeting }

    We have looked at your letter { $reference } and cannot take it up here. The legal ground, the reason and where you can turn instead stand with your letter.

    { mail-look_up }

mail_subject-transferred_out = { $site_name }: Your letter has been passed on to { $recipient } ({ $reference })
mail_text-transferred_out =
    { mail-greeting }

    The matter of your letter { $reference } is the responsibility of { $recipient }, and we have passed it on.

    { $contact ->
        [none] { "" }
       *[other] How to reach them: { $contact }
    }

    { mail-look_up }

mail_subject-no_answer = { $site_name }: Your letter has been closed ({ $reference })
mail_text-no_answer =
    { mail-greeting }

    We asked you a question about your letter { $reference } and have not heard from you, so we have closed it. If the matter still stands, you can have it taken up again.

    { mail-look_up }

mail_subject-reopened = { $site_name }: We have taken your letter up again ({ $reference })
mail_text-reopened =
    { mail-greeting }

    Your letter { $reference } is being dealt with again, and somebody else will review the answer.

    { mail-reply_due }

    { mail-look_up }

mail_subject-withdrawn = { $site_name }: Your letter has been withdrawn ({ $reference })
mail_text-withdrawn =
    { mail-greeting }

    Your letter { $reference } has been withdrawn and will not be dealt with.

    If it was not you who withdrew it, please contact us, or write again.

    { mail-look_up }

mail_subject-merged = { $site_name }: Your letters have been joined ({ $reference })
mail_text-merged =
    { mail-greeting }

    Your letter { $reference } is about the same matter as your letter { $into }, and we deal with them together. The answer will be under { $into }.

    { mail-look_up }

mail_subject-due_corrected = { $site_name }: The date of our answer was corrected ({ $reference })
mail_text-due_corrected =
    { mail-greeting }

    The official holidays or time limits were corrected, and with them the date of our answer to your letter { $reference }.

    { mail-due }

    { mail-look_up }

    We are sorry for the delay.

mail-letter_title = { $title ->
        [none] { "" }
       *[other] { " – " }{ $title }
    }
mail_subject-alarm = [{ mail-level }] { $reference } ({ $department })
mail_text-alarm =
    { mail-greeting }

    Letter: { $reference }{ mail-letter_title }
    Department: { $department }
    Due: { $due_on }
    Level: { mail-level }

    { $step ->
        [snooze_ended] It rested for a while; this is the reminder that was asked for.
        [raised] Nobody acknowledged it in time, so it is passed on to you.
       *[other] { "" }
    }

    { mail-desk }

    Please acknowledge this alarm when you have.

mail_subject-alarm_digest = [Alarms] { $items_count } letters need attention
mail_line-items = { $number }. { $reference }{ $title ->
        [none] { "" }
       *[other] { " – " }{ $title }
    } – { mail-level } – due { $due_on } – { $department }{ $step ->
        [raised] { " " }(not acknowledged in time)
        [snooze_ended] { " " }(rested until now)
       *[other] { "" }
    }{ $desk_link ->
        [none] { "" }
       *[other] { " " }{ $desk_link }
    }
mail_text-alarm_digest =
    { mail-greeting }

    These { $items_count } letters need attention:

    { $items }

    { mail-desk }

    Please acknowledge each alarm when you have.

mail_subject-morning_brief = [Morning brief] { $brief_on }: { $new_count } new, { $overdue_count } overdue
mail_line-figures = { $from_on } to { $to_on }: { $received } letters received, { $answered } answered, { $answered_on_time } of them in time
mail_line-new_items = { $reference } – { mail-title }{ $department } – due { $due_on }, { $working_days_late } working days late
mail_line-overdue_items = { $department }: { $count }, the oldest due { $oldest_due_on }
mail_line-repeated_items = { $reference } – { $department } – extended { $extensions } times, reopened { $reopenings } times
mail_line-order_items = { $reference } – { mail-title }{ $department } – due { $due_on }, { $working_days_late } working days late
mail_text-morning_brief =
    Morning brief of { $brief_on }

    { $figures ->
        [none] { "" }
       *[other] { $figures }
    }

    1. Letters new in the leader's brief: { $new_count }
    { $new_items }

    2. Overdue and still open: { $overdue_count }
    { $overdue_items }

    3. Second extension or third reopening: { $repeated_count }
    { $repeated_items }

    4. Supervision orders without feedback in time: { $order_count }
    { $order_items }

    { mail-desk }

mail_subject-supervision = [Supervision order { mail-order_step }] { $reference } ({ $department })
mail_text-supervision =
    { mail-greeting }

    Letter: { $reference }
    Department: { $department }
    Feedback due: { $due_on }
    Supervision order: { mail-order_step }

    { mail-desk }

mail_subject-sweep_paused = [Alarms paused] { $count } alarms in a minute, { $limit } are allowed
mail_text-sweep_paused =
    { mail-greeting }

    On { $paused_on } there were { $count } alarms in a minute, more than the { $limit } that are allowed. The sweep is paused on all instances.

    Please find out why: a wrong clock, a backlog after an outage, changed time limits. Then a system administrator or a supervisor lets it go on, with a reason:
    POST /v1/staff/sweep/actions/resume

    What waits fires afterwards; nothing is lost.

mail_subject-calendar_missing = { $site_name }: Please enter the holidays of { $year }
mail_text-calendar_missing =
    { mail-greeting }

    The calendar of working days is official up to { $last_on }; the notice for { $year } is missing. Limits that fall due later are reckoned from Monday to Friday and may be wrong.

    Import the notice once it is published (huiyin calendar import), then plan a recalculation, which another person approves.

mail_subject-recalculation_digest = [Recalculated] { $department }: { $moved } time limits moved
mail_text-recalculation_digest =
    { mail-greeting }

    A new version of the calendar or of the time limits is in force since { $since_on }. Of the matters of { $department }, { $moved } time limits were recalculated: { $earlier } are earlier, { $later } are later.
    Letters: { $references }{ $has_more ->
        [true] , …
       *[other] { "" }
    }

    { mail-desk }

mail_subject-sign_in_storm = [Security] Many wrong passwords for { $username }
mail_text-sign_in_storm =
    { mail-greeting }

    There were { $failures } wrong passwords for your account { $username } within a few minutes. Your account is not locked: on a device that you signed in from before you sign in as usual. On a new device wait until it has been quiet for a minute.

    If it was not you, tell your system administrator. You need not change your password unless somebody may know it.

mail_subject-activation_code = One-time code for { $username }
mail_text-activation_code =
    { mail-greeting }

    This code sets the password of your account { $username }, once, within { $hours } hours: { $code }

    Every session of the account has ended, and earlier codes are void. If you did not expect this mail, tell another system administrator: somebody asked for a new password for your account.

mail_subject-account_request = [Approval] A second administrator is needed for { $username }
mail_text-account_request =
    { mail-greeting }

    { $role ->
        [none] An administrator asks for a new one-time code for the account { $username }.
       *[other] An administrator asks for the role { $role } for the account { $username }.
    }

    It waits for another administrator, for 72 hours: GET /v1/staff-account-requests. Make sure with the person themselves before you approve.

mail_subject-break_glass = [Security] A code for the administrator { $username } was made on the command line
mail_text-break_glass =
    { mail-greeting }

    Somebody with access to the server made a one-time code for the system administrator { $username } on the command line. The sessions of that account have ended.

    If nobody told you of it, look into it at once.

mail_subject-access_code = { $site_name }: Your new access code ({ $reference })
mail_text-access_code =
    { mail-greeting }

    You asked for a new access code for your letter { $reference }: { $code }

    The former code is void. If you did not ask for it, you need not do anything: the code is in this mail alone.

    { mail-look_up }

mail_subject-access_code_replaced = { $site_name }: The access code was changed ({ $reference })
mail_text-access_code_replaced =
    { mail-greeting }

    Our desk gave your letter { $reference } a new access code, at the request of somebody who showed to be you. The former code is void.

    If it was not you, tell us at once.
