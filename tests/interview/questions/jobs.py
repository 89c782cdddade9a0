"""Job descriptions in words, of no company."""

from __future__ import annotations

MECHANICAL = """岗位职责：
1、负责非标自动化设备的机械结构设计；
2、与电气部门跨部门协作。
任职要求：
1、本科及以上学历，机械工程相关专业；
2、3-5年制造业机械设计经验；
3、精通SolidWorks，熟悉有限元分析，了解PLC；
4、具备良好的沟通能力和团队合作精神，能承受压力；
5、能适应短期出差；
6、35岁以下，已婚优先。
加分项：
熟悉焊接工艺
福利待遇：五险一金，产假，熟悉Java的同事
"""

BACKEND = """What you will do:
- Design microservices in Go
Requirements:
- 5+ years of experience in backend development
- Expert in Python and SQL; familiar with Kubernetes and Kafka
- Strong problem solving and communication skills
- Bachelor's degree in Computer Science
Nice to have:
- Machine learning
What we offer: a team of Java experts
"""

SALES = """任职要求：
1. 两年以上大客户销售经验，能完成销售目标；
2. 具备商务谈判能力，抗压能力强；
3. 有CRM使用经验者优先。
"""
