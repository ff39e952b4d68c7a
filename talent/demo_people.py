"""Words that the demo's invented people are made of."""

from __future__ import annotations

# (city, country, given names, family names)
PLACES = (
    ("Berlin", "Germany", "Anke Jonas Lena Matthias Yusuf Greta", "Weber Hoffmann Kaya Lindner Brandt Vogel"),
    ("Munich", "Germany", "Sabine Tobias Hanna Felix", "Huber Maier Schuster Bauer"),
    ("Vienna", "Austria", "Katharina Lukas Theresa Stefan", "Gruber Steiner Wagner Pichler"),
    ("Zürich", "Switzerland", "Reto Nadia Beat Seraina", "Frei Baumann Keller Zimmermann"),
    ("Paris", "France", "Camille Théo Inès Bastien", "Moreau Lefèvre Garnier Roussel"),
    ("Lyon", "France", "Élodie Hugo Manon", "Perrin Chevalier Fontaine"),
    ("Madrid", "Spain", "Lucía Álvaro Carmen Iker", "Navarro Ortega Ibáñez Serrano"),
    ("Barcelona", "Spain", "Núria Pau Laia", "Ferrer Soler Vidal"),
    ("Lisbon", "Portugal", "Inês Tiago Beatriz", "Carvalho Teixeira Moreira"),
    ("Milan", "Italy", "Giulia Davide Chiara", "Conti Ricci Ferrara"),
    ("Amsterdam", "Netherlands", "Sanne Daan Fleur", "de Vries van Dijk Bakker"),
    ("Stockholm", "Sweden", "Zoë Elin Axel Ebba", "Ångström Lindqvist Nyström Sjöberg"),
    ("Copenhagen", "Denmark", "Freja Mikkel Astrid", "Nørgaard Holm Kjær"),
    ("Helsinki", "Finland", "Aino Eero Venla", "Korhonen Mäkinen Laine"),
    ("Warsaw", "Poland", "Agnieszka Łukasz Zofia", "Wiśniewska Zieliński Dąbrowski"),
    ("Prague", "Czechia", "Tereza Ondřej Markéta", "Dvořáková Procházka Veselý"),
    ("Bucharest", "Romania", "Ioana Andrei Bianca", "Ionescu Dumitrescu Stan"),
    ("Dublin", "Ireland", "Aoife Cian Niamh", "Gallagher Doyle Kavanagh"),
    ("London", "United Kingdom", "Amelia Oliver Priya Callum", "Bennett Shah Whitaker Osei"),
    ("Edinburgh", "United Kingdom", "Isla Fraser Morag", "Sinclair Drummond Rennie"),
    ("Lagos", "Nigeria", "Amara Chidi Ngozi Tunde", "Okafor Balogun Eze Adeyemi"),
    ("Nairobi", "Kenya", "Wanjiru Otieno Achieng", "Kamau Odhiambo Mwangi"),
    ("Cape Town", "South Africa", "Thandi Pieter Lerato", "Nkosi Botha Dlamini"),
    ("Cairo", "Egypt", "Nour Karim Salma", "Farouk Mansour Helmy"),
    ("Tel Aviv", "Israel", "Noa Amit Tamar", "Levi Peretz Shalev"),
    ("Istanbul", "Türkiye", "Elif Emre Defne", "Yılmaz Demir Aydın"),
    ("Bengaluru", "India", "Ananya Rohan Kavya Arjun", "Iyer Nair Reddy Kulkarni"),
    ("Mumbai", "India", "Meera Vikram Sneha", "Deshmukh Kapoor Joshi"),
    ("Singapore", "Singapore", "Wei Ling Jun Hao Aisha", "Tan Lim Rahman"),
    ("Tokyo", "Japan", "Mei Haruto Yui Sota", "Tanaka Sato Kobayashi Watanabe"),
    ("Seoul", "South Korea", "Ji-woo Min-jun Seo-yeon", "Kim Park Choi"),
    ("Sydney", "Australia", "Matilda Lachlan Ruby", "Campbell Nguyen Fraser"),
    ("Toronto", "Canada", "Chloe Liam Fatima", "Tremblay MacDonald Hussain"),
    ("New York", "United States", "Grace Marcus Sofia Ethan", "Rivera Thompson Coleman Goldberg"),
    ("Austin", "United States", "Savannah Diego Brooke", "Hernandez Walker Pruitt"),
    ("São Paulo", "Brazil", "Beatriz Thiago Larissa", "Oliveira Souza Barbosa"),
    ("Mexico City", "Mexico", "Valentina Emiliano Ximena", "Ramírez Castillo Fuentes"),
    ("Buenos Aires", "Argentina", "Martina Facundo Julieta", "Fernández Romero Acosta"),
)

# (titles from junior to senior, skills of the field)
FIELDS = (
    (("Backend engineer", "Senior backend engineer", "Staff engineer"), "Python Django PostgreSQL Redis Docker AWS Go"),
    (("Frontend engineer", "Senior frontend engineer"), "TypeScript React CSS Accessibility GraphQL Vue.js"),
    (("Data engineer", "Senior data engineer"), "Python Spark SQL Airflow Kafka dbt Snowflake"),
    (("Data scientist", "Senior data scientist"), "Python SQL pandas PyTorch Statistics Experimentation"),
    (
        ("Site reliability engineer", "Platform engineer", "Head of platform"),
        "Kubernetes Terraform Go AWS Linux Prometheus",
    ),
    (("Cloud security engineer", "Security architect"), "AWS Cloud security Terraform IAM Python Incident response"),
    (("Mobile engineer", "Senior mobile engineer"), "Kotlin Swift Flutter Android iOS"),
    (
        ("Product manager", "Senior product manager", "Director of product"),
        "Roadmapping Discovery SQL Pricing Stakeholders",
    ),
    (("Product designer", "Senior product designer"), "Figma Research Prototyping Accessibility Design systems"),
    (("Engineering manager", "Director of engineering"), "Leadership Hiring Coaching Architecture Python"),
    (("Customer success manager", "Account executive"), "Negotiation Salesforce Onboarding Spanish German"),
    (("Finance analyst", "Finance manager"), "Excel Forecasting SQL Reporting IFRS"),
)

MULTIWORD = ("Cloud security", "Incident response", "Design systems", "de Vries", "van Dijk", "Wei Ling", "Jun Hao")

COMPANIES = (
    "Nordlicht Energie",
    "Savanna Cloud",
    "Fjord Labs",
    "Harbour & Pine",
    "Kobalt Mobility",
    "Lumen Health",
    "Papaya Freight",
    "Quartz Analytics",
    "Redwood Payments",
    "Saffron Foods",
    "Tidewater Games",
    "Umbra Security",
    "Vela Robotics",
    "Wolke Sieben",
)

SCHOOLS = ("Hafen University", "Northern Technical University", "Riverside College", "Institute of Applied Sciences")
TAGS = ("Silver medallist", "Referral", "PyCon", "Alumni", "Open to relocation", "Speaker")
SOURCES = (
    ("LinkedIn research", "manual"),
    ("PyCon", "event"),
    ("Referral", "referral"),
    ("Talent community form", "portal"),
    ("Résumé upload", "resume"),
)
NOTES = (
    "Met at the meetup. Likes small teams and a say in the architecture. Not moving before the summer.",
    "Great call. Strong on incident work; wants to lead people next. Salary is not the point, scope is.",
    "Said no for now: just got promoted. Asked to hear from us in half a year.",
    "Referred by a former colleague who worked with them for three years. Warm introduction done.",
    "Finalist for the platform role last autumn. The team would hire them at once if there were a second seat.",
    "Prefers mail to calls, answers on Sundays. Two children, so no evening interviews please.",
)
