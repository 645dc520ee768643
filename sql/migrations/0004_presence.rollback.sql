drop table discrepancies;
drop table recompute_marks;
drop table workdays;
drop table intervals;
