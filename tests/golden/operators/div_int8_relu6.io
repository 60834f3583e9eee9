X.>kYEc1m>tG:f:AZS{¸­Û(7ðWû)¦ÜÍH[½Õt»õÀJ		O?Q	>oJ'4ueb|f1qtrD2t=0_=fXÞ/%NÉOpM&Xó%L§P±^íæ!<
7[
"'