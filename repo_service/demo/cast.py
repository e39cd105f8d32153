"""The demo cast: 45 invented people, thirteen institutions and eight clusters (two merged in 2026)."""

from __future__ import annotations

from repo_service.demo.plan import DemoCluster, DemoMember, DemoPerson, DemoSchool, Role

YEARS = ("2025-2026", "2026-2027")
TH, THCS, THPT = "tieu-hoc", "thcs", "thpt"


def _school(
    key: str, name: str, kind: str, levels: tuple[str, ...], commune: str, so: bool = False
) -> DemoSchool:
    return DemoSchool(key, name, kind, levels, commune, "so" if so else commune)


SCHOOLS = (
    _school("S01", "Tiểu học Hoa Phượng Đỏ", "truong-th", (TH,), "21025"),
    _school("S02", "Tiểu học Hương Quế", "truong-th", (TH,), "21115"),
    _school("S03", "Tiểu học Cát Vàng", "truong-th", (TH,), "21478"),
    _school("S04", "TH&THCS Sóng Xanh", "truong-th-thcs", (TH, THCS), "21548"),
    _school("S05", "THCS Bờ Xe Nước", "truong-thcs", (THCS,), "21235"),
    _school("S06", "PTDTBT THCS Đồi Sim", "ptdtbt", (THCS,), "21484"),
    _school("S07", "THCS Thông Reo", "truong-thcs", (THCS,), "23473"),
    _school("S08", "THCS Dốc Nắng", "truong-thcs", (THCS,), "21040"),
    _school("S09", "THPT Sông Trăng", "truong-thpt", (THPT,), "21028", so=True),
    _school("S10", "THPT Gió Biển", "truong-thpt", (THPT,), "21439", so=True),
    _school("S11", "THPT Cao Nguyên Xanh", "truong-thpt", (THPT,), "23293", so=True),
    _school("S12", "THCS&THPT Nắng Ngàn", "truong-thcs-thpt", (THCS, THPT), "23527", so=True),
    _school(
        "C01",
        "TT Hỗ trợ phát triển giáo dục hòa nhập Ánh Dương",
        "tt-htpt-hoa-nhap",
        (TH, THCS),
        "21172",
        so=True,
    ),
)


def _members(keys: str, from_year: str = YEARS[0], to_year: str | None = None) -> tuple[DemoMember, ...]:
    return tuple(DemoMember(key, from_year, to_year) for key in keys.split())


CLUSTERS = (
    DemoCluster(
        "K1",
        "Cụm Tiểu học ven sông, ven biển",
        ("cap-hoc", "dia-ban"),
        (TH,),
        _members("S01 S02 S03 S04"),
        ("to-khoi-1-3", "to-khoi-4-5"),
        "S01",
        "101/QĐ-SGDĐT-MH",
    ),
    DemoCluster(
        "K2",
        "Cụm THCS Toán - KHTN đồng bằng",
        ("nhom-mon-hoc",),
        (THCS,),
        _members("S04 S05 S08"),
        ("toan", "khoa-hoc-tu-nhien"),
        "S04",
        "102/QĐ-SGDĐT-MH",
        subjects=("toan", "khoa-hoc-tu-nhien"),
    ),
    DemoCluster(
        "K3",
        "Cụm THCS miền núi",
        ("dia-ban",),
        (THCS,),
        _members("S06 S07 S12"),
        ("ngu-van", "nhom-khtn"),
        "S06",
        "103/QĐ-SGDĐT-MH",
    ),
    DemoCluster(
        "K4",
        "Cụm Ngữ văn THPT",
        ("mon-hoc",),
        (THPT,),
        _members("S09 S10 S11 S12"),
        ("ngu-van",),
        "S09",
        "104/QĐ-SGDĐT-MH",
        subjects=("ngu-van",),
    ),
    DemoCluster(
        "K5",
        "Cụm Giáo dục hòa nhập (liên cấp)",
        ("linh-vuc",),
        (TH, THCS),
        _members("C01 S01 S05 S06"),
        ("giao-duc-hoa-nhap",),
        "C01",
        "105/QĐ-SGDĐT-MH",
    ),
    DemoCluster(
        "K6",
        "Cụm THPT toàn tỉnh",
        ("cap-hoc",),
        (THPT,),
        _members("S09 S10 S11 S12", YEARS[1]),
        ("nhom-toan-tin", "nhom-khtn", "nhom-khxh"),
        "S10",
        "206/QĐ-SGDĐT-MH",
    ),
    DemoCluster(
        "K6A",
        "Cụm THPT phía đông",
        ("cap-hoc", "dia-ban"),
        (THPT,),
        _members("S09 S10", YEARS[0], YEARS[0]),
        ("nhom-toan-tin", "nhom-khtn"),
        "S09",
        "106/QĐ-SGDĐT-MH",
        state="da-sap-xep-lai",
        successor="K6",
    ),
    DemoCluster(
        "K6B",
        "Cụm THPT cao nguyên",
        ("cap-hoc", "dia-ban"),
        (THPT,),
        _members("S11 S12", YEARS[0], YEARS[0]),
        ("nhom-khtn", "nhom-khxh"),
        "S11",
        "107/QĐ-SGDĐT-MH",
        state="da-sap-xep-lai",
        successor="K6",
    ),
)

# account | name | school | subjects | further roles (code@scope) | flags: new, mentor=account
_PEOPLE = """
lan | cô Trần Thị Lan | S05 | toan | to-truong@to:S05:toan
minh | thầy Nguyễn Đức Minh | S04 | toan khoa-hoc-tu-nhien | truong-cum@cum:K2
hoa | cô Phạm Thị Hoa | S08 | khoa-hoc-tu-nhien toan | phan-bien@cum:K2 ra-soat@cum:K2
tuan | thầy Lê Anh Tuấn | | | chuyen-vien-so@so
quang | thầy Võ Nhật Quang | S01 | toan tieng-viet |
quantri | cô Đỗ Minh Thư | | | quan-tri@he-thong
binh | thầy Bùi Thanh Bình | | | lanh-dao-so@so
tham | cô Huỳnh Thị Thắm | | | can-bo-xa@xa:21235
dung | thầy Trương Quốc Dũng | | | can-bo-xa@xa:21548
mai | cô Nguyễn Thị Mai | S01 | tieng-viet toan dao-duc | truong-cum@cum:K1 to-truong@to:S01:khoi-1-3
yen | cô Lê Thị Yến | S02 | tieng-viet tu-nhien-xa-hoi hoat-dong-trai-nghiem | pho-cum@cum:K1
hai | thầy Phạm Hồng Hải | S03 | khoa-hoc lich-su-dia-li cong-nghe | thu-ky-cum@cum:K1 phan-bien@cum:K1
ngan | cô Võ Kim Ngân | S04 | tieng-anh tieng-viet | phan-bien@cum:K1
son | thầy Trần Thái Sơn | S03 | giao-duc-the-chat tin-hoc |
bich | cô Ngô Ngọc Bích | S01 | am-nhac mi-thuat nghe-thuat | gv-cot-can@so
suong | cô Đinh Thị Sương | S02 | toan tieng-viet | | new mentor=yen
phuc | thầy Lê Hữu Phúc | S01 | toan khoa-hoc | hieu-truong@truong:S01
diem | cô Trần Kiều Diễm | S02 | dao-duc tieng-viet | pho-hieu-truong@truong:S02
thao | cô Hồ Phương Thảo | S05 | ngu-van | to-pho@to:S05:ngu-van gv-cot-can@so
khanh | thầy Lý Duy Khánh | S05 | khoa-hoc-tu-nhien cong-nghe | phan-bien@cum:K2
loan | cô Mai Thị Loan | S05 | tieng-anh | thu-ky-cum@cum:K2
tam | thầy Đặng Minh Tâm | S05 | lich-su-dia-li giao-duc-dia-phuong | hieu-truong@truong:S05
nhi | cô Trần Yến Nhi | S05 | toan | | new mentor=lan
cuong | thầy Phan Mạnh Cường | S08 | tin-hoc cong-nghe toan | pho-cum@cum:K2
tuyet | cô Bùi Ánh Tuyết | S08 | ngu-van giao-duc-cong-dan | hieu-truong@truong:S08
dat | thầy Tạ Thành Đạt | S08 | giao-duc-the-chat hoat-dong-trai-nghiem-huong-nghiep |
kim | cô Nguyễn Thiên Kim | S06 | ngu-van giao-duc-dia-phuong tieng-bahnar | truong-cum@cum:K3
rin | thầy Đinh Văn Rin | S06 | lich-su-dia-li am-nhac | phan-bien@cum:K3
hanh | cô Phạm Thị Hạnh | S06 | toan khoa-hoc-tu-nhien | | new mentor=kim
phong | thầy Trần Gia Phong | S07 | khoa-hoc-tu-nhien toan dia-li | thu-ky-cum@cum:K3
lien | cô Vũ Thị Liên | S07 | tieng-anh mi-thuat | phan-bien@cum:K3
vinh | thầy Hoàng Thế Vinh | S07 | lich-su-dia-li hoat-dong-trai-nghiem-huong-nghiep | hieu-truong@truong:S07
oanh | cô Lâm Kiều Oanh | S09 | ngu-van | truong-cum@cum:K4
trung | thầy Nguyễn Chí Trung | S09 | toan tin-hoc | truong-cum@cum:K6 gv-cot-can@so
quyen | cô Trịnh Thảo Quyên | S09 | vat-li hoa-hoc | phan-bien@cum:K6 hieu-truong@truong:S09
thu | cô Lê Hoài Thu | S10 | ngu-van | pho-cum@cum:K4 phan-bien@cum:K4
nam | thầy Phạm Phương Nam | S10 | sinh-hoc cong-nghe | thu-ky-cum@cum:K6
hien | cô Đoàn Thu Hiền | S10 | tieng-anh | phan-bien@cum:K6
long | thầy Nguyễn Hải Long | S11 | lich-su dia-li | ra-soat@cum:K6
my | cô Phùng Hạnh My | S11 | ngu-van giao-duc-kinh-te-phap-luat | phan-bien@cum:K4
an | thầy Châu Bình An | S11 | toan giao-duc-the-chat giao-duc-quoc-phong-an-ninh | hieu-truong@truong:S11
blan | cô Y Blan | S12 | ngu-van | | new mentor=oanh
thang | thầy Rơ Châm Thắng | S12 | vat-li toan tieng-jrai | thu-ky-cum@cum:K4
nguyet | cô Trần Ánh Nguyệt | C01 | toan tieng-viet | tt-hoa-nhap@truong:C01 truong-cum@cum:K5
loc | thầy Phan Đình Lộc | C01 | ngu-van hoat-dong-trai-nghiem | tt-hoa-nhap@truong:C01 thu-ky-cum@cum:K5
"""


def _person(line: str) -> DemoPerson:
    account, name, school, subjects, roles, flags = [*(part.strip() for part in line.split("|")), ""][:6]
    held = (
        [Role("giao-vien", f"truong:{school}")] if school and subjects and "tt-hoa-nhap" not in roles else []
    )
    for role in roles.split():
        code, _, scope = role.partition("@")
        merged = scope == "cum:K6"
        subject = subjects.split()[0] if code == "gv-cot-can" else None
        held.append(Role(code, scope, YEARS[1] if merged else YEARS[0], subject=subject))
    mentor = flags.partition("mentor=")[2] or None
    return DemoPerson(
        account, name, school or None, tuple(subjects.split()), tuple(held), "new" in flags.split(), mentor
    )


PEOPLE = tuple(_person(line) for line in _PEOPLE.strip().splitlines())
