"""To be imported where processes are forked from: Arrow without pandas, once for all of them."""

from flows.no_pandas import leave_pandas_out

leave_pandas_out()
