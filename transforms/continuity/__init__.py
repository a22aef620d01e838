"""Are the exports still what they were: the same clusters' lists, a little later?"""
