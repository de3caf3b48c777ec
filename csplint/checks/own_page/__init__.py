"""Does the policy fit the page's own HTML and CSS?"""
