from infoview.outline._select import Candidate, Selection, select
